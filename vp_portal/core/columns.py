"""Columns of the registers' files: how a value is written in a cell and read back, with errors in Swedish.

A widget's `clean` raises ValueError with a text for the user; `render` gives a value that a spreadsheet knows.
"""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, ManyToManyWidget, Widget

from vp_portal.core.forms import ONE_DAY, last_day
from vp_portal.core.periods import Period, PeriodField, Tertial, TertialField

YES = {"ja", "j", "1", "true", "sant"}
NO = {"nej", "n", "0", "false", "falskt"}


#: From a line of the file, by header, to lookups.
Within = Callable[[dict[str, Any]], dict[str, Any]]


class Text(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return str(value or "").strip()

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class YesNo(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        text = str(value or "").strip().lower()
        if not text:
            return None
        if text not in YES | NO:
            raise ValueError(_("”%s” ska vara ja eller nej.") % value)
        return text in YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class Amount(Widget):
    """Decimal comma or point; blanks between thousands."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        text = "".join(str(value or "").split()).replace(",", ".").replace("\u2212", "-")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(_("”%s” är inget tal.") % value)
        return number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class Whole(Amount):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        number = super().clean(value, row, **kwargs)
        if number is not None and number != int(number):
            raise ValueError(_("”%s” är inget heltal.") % value)
        return None if number is None else int(number)


class Day(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        text = str(value or "").strip()
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError:
            raise ValueError(_("”%s” är inget datum (ÅÅÅÅ-MM-DD).") % value) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class Moment(Day):
    """A point in time, local; only written."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value and timezone.localtime(value).replace(tzinfo=None, microsecond=0)


class Label(Widget):
    """A choice, written with its label; the value itself is understood too. Nothing is a choice when `may_be_empty`."""

    def __init__(self, choices: Any, *, may_be_empty: bool = False) -> None:
        super().__init__()
        self.may_be_empty = may_be_empty
        self.labels = {value: str(label) for value, label in choices}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "").strip().lower()
        if self.may_be_empty and not text:
            return ""
        for known, label in self.labels.items():
            if text in (str(known).lower(), label.lower()):
                return str(known)
        raise ValueError(
            _("”%(value)s” ska vara något av: %(known)s.") % {"value": value, "known": ", ".join(self.labels.values())}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, "")


class Parsed(Widget):
    """A period or a tertial, by its own parser."""

    def __init__(self, kind: type[Period] | type[Tertial]) -> None:
        super().__init__()
        self.kind = kind

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value or "").strip()
        try:
            return self.kind.parse(text) if text else None
        except ValueError:
            form = "ÅÅÅÅ-MM" if self.kind is Period else "ÅÅÅÅTn"
            raise ValueError(_("”%(value)s” skrivs %(form)s.") % {"value": value, "form": form}) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class Json(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return json.loads(str(value or "null"))
        except ValueError:
            raise ValueError(_("Texten är inte giltig JSON.")) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return json.dumps(value, ensure_ascii=False)


class Code(ForeignKeyWidget):
    """Another row, by its code. `within` narrows where the code is looked up, given the line of the file."""

    def __init__(self, model: type[models.Model], field: str = "code", within: Within | None = None) -> None:
        super().__init__(model, field=field)
        self.within = within

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        among = self.within(row) if self.within else {}
        try:
            found = self.model._default_manager.filter(**{self.field: text}, **among).first()
        except ValueError:
            found = None
        if found is None:
            raise ValueError(unknown(self.model, text))
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(getattr(value, self.field))


class Codes(ManyToManyWidget):
    """Several other rows, by their codes with commas between."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(model, separator=",", field="code")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        codes = {code.strip() for code in str(value or "").split(",")} - {""}
        found = self.model._default_manager.filter(code__in=codes)
        missing = codes - {each.code for each in found}
        if missing:
            raise ValueError(unknown(self.model, ", ".join(sorted(missing))))
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else ", ".join(sorted(each.code for each in value.all()))


def unknown(model: type[models.Model], code: str) -> str:
    name = str(model._meta.verbose_name)
    return _("%(name)s med koden ”%(code)s” finns inte.") % {"name": name[:1].upper() + name[1:], "code": code}


def widget_for(field: models.Field) -> Widget:
    """The widget of a model field, by what it holds."""
    if isinstance(field, models.ForeignKey):
        return Code(field.related_model)
    if isinstance(field, models.ManyToManyField):
        return Codes(field.related_model)
    if field.choices:
        return Label(field.flatchoices, may_be_empty=field.blank)
    kinds = (
        (PeriodField, lambda: Parsed(Period)),
        (TertialField, lambda: Parsed(Tertial)),
        (models.BooleanField, YesNo),
        (models.DecimalField, Amount),
        (models.IntegerField, Whole),
        (models.DateTimeField, Moment),
        (models.DateField, Day),
        (models.JSONField, Json),
    )
    return next((make() for kind, make in kinds if isinstance(field, kind)), Text())


class FirstDay(Field):
    """The first day of `valid`, in a column of its own."""

    def get_value(self, instance: Any) -> Any:
        return instance.valid.lower if instance.valid else None

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT002  # the package's signature
        instance.valid = DateRange(self.clean(row), instance.valid and instance.valid.upper, "[)")

    def lookup(self, row: Any) -> dict[str, Any]:
        """Finds the row that begins on that day."""
        day = self.clean(row)
        return {"valid__startswith": day} if day else {"valid__lower_inf": True}


class LastDay(Field):
    """The last day of `valid`, included, in a column of its own."""

    def get_value(self, instance: Any) -> Any:
        return last_day(instance.valid) if instance.valid else None

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT002  # the package's signature
        day = self.clean(row)
        instance.valid = DateRange(instance.valid and instance.valid.lower, day and day + ONE_DAY, "[)")
