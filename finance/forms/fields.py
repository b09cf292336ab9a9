"""Fields of filters: codes and months out of an address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from finance.reports.options import Option
from finance.reports.selection import SEPARATOR, Codes
from vp_portal.core import formatting
from vp_portal.core.periods import Period


class CodesSelect(forms.Select):
    """A list to choose one from, that also holds several codes when they come with the address."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        return [code for text in given for code in str(text).split(SEPARATOR) if code]

    def format_value(self, value: Any) -> list[str]:
        return [SEPARATOR.join(value or [])]


class CodesField(forms.Field):
    """Gives `Codes`. Known codes that are not listed are taken too: another may have sent the address."""

    widget = CodesSelect

    def __init__(self, *, empty: Any, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.empty = empty
        self.known: Mapping[str, Option] = {}

    def offer(self, known: Mapping[str, Option], chosen: list[str]) -> None:
        self.known = known
        choices = [("", self.empty), *((code, option.label) for code, option in known.items() if option.listed)]
        value = SEPARATOR.join(chosen)
        if all(value != code for code, _label in choices):
            choices.append((value, self._several(chosen)))
        self.widget.choices = choices

    def _several(self, chosen: list[str]) -> str:
        labels = [self.known[code].label if code in self.known else code for code in chosen]
        if len(labels) == 1:
            return labels[0]
        count = ngettext("%(count)s vald", "%(count)s valda", len(labels)) % {"count": len(labels)}
        return f"{count}: {', '.join(labels)}"

    def clean(self, value: list[str]) -> Codes:
        unknown = [code for code in value if code not in self.known]
        if unknown:
            raise ValidationError(_("%(code)s finns inte."), params={"code": ", ".join(unknown)})
        return Codes(tuple(value), tuple(self.known[code].key for code in value))


def short_period(period: Period) -> str:
    """`okt 2026`, that fits a narrow list; a special period by its number."""
    return str(period) if period.is_special else f"{formatting.month_label(period)} {period.year}"


class PeriodChoice(forms.CharField):
    """Gives a `Period` or None. The listed months are those that are booked."""

    widget = forms.Select

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def offer(self, periods: tuple[Period, ...], empty: Any, chosen: str) -> None:
        choices = [("", empty), *((str(int(period)), short_period(period)) for period in periods)]
        if all(chosen != value for value, _label in choices):
            choices.append((chosen, self._name(chosen)))
        self.widget.choices = choices

    @staticmethod
    def _name(text: str) -> str:
        try:
            return short_period(Period.parse(text))
        except ValueError:
            return text

    def clean(self, value: Any) -> Period | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Period.parse(text)
        except ValueError:
            raise ValidationError(
                _("%(value)s är ingen period. Skriv år och månad, till exempel 202503."), params={"value": text}
            ) from None


def without(address: QueryDict, name: str) -> str:
    """The same page without a parameter; the first of its pages."""
    rest = address.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"


class HiddenField(forms.CharField):
    """What links on the page set. Browsers must not restore an old value of it."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))


class QuietForm(forms.Form):
    """Leaves hidden fields that are not in the address out, so that they don't clutter the next one."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name, field in list(self.fields.items()):
            if isinstance(field.widget, forms.HiddenInput) and not self.data.get(name):
                del self.fields[name]
