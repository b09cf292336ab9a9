"""The audit log as the administrator reads it: filter, pages by key, and rows in words."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vp_portal.core.access import GrantOrigin, Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

PAGE_SIZE = 50
COLUMNS = (
    gettext_lazy("Tidpunkt"),
    gettext_lazy("Händelse"),
    gettext_lazy("Vem"),
    gettext_lazy("Adress"),
    gettext_lazy("Gäller"),
    gettext_lazy("Uppgifter"),
    gettext_lazy("Begäran"),
)
#: What the keys of `detail` are called. A later one is shown as it is.
WORDS = {
    "dropped": gettext_lazy("utgångna"),
    "ended": gettext_lazy("avslutade sessioner"),
    "fields": gettext_lazy("uppgifter"),
    "filters": gettext_lazy("filter"),
    "has_reason": gettext_lazy("skäl angivet"),
    "known": gettext_lazy("kontot finns"),
    "method": gettext_lazy("metod"),
    "new": gettext_lazy("nya"),
    "changed": gettext_lazy("ändrade"),
    "same": gettext_lazy("oförändrade"),
    "origin": gettext_lazy("ges av"),
    "reason": gettext_lazy("skäl"),
    "rights": gettext_lazy("rättigheter"),
    "role": gettext_lazy("roll"),
    "rows": gettext_lazy("rader"),
    "source": gettext_lazy("källa"),
    "status": gettext_lazy("svar"),
    "valid_from": gettext_lazy("från och med"),
    "valid_to": gettext_lazy("till"),
    "view": gettext_lazy("sida"),
    "what": gettext_lazy("vad"),
}
_WHAT = {
    "added": gettext_lazy("tillagd"),
    "changed": gettext_lazy("ändrad"),
    "given": gettext_lazy("tilldelad"),
    "password": gettext_lazy("lösenord"),
    "password_link": gettext_lazy("länk till nytt lösenord"),
    "removed": gettext_lazy("borttagen"),
    "renewed": gettext_lazy("förnyad"),
    "reset": gettext_lazy("nollställd"),
    "withdrawn": gettext_lazy("fråntagen"),
}
#: What the values of some keys are called.
_VALUES: dict[str, dict[str, Any]] = {
    "role": dict(Role.choices),
    "origin": dict(GrantOrigin.choices),
    "what": _WHAT,
}


class AuditForm(forms.Form):
    """The log's filter, kept in the address."""

    event = forms.ChoiceField(label=gettext_lazy("Händelse"), required=False)
    user = forms.CharField(label=gettext_lazy("Vem"), required=False, max_length=150)
    q = forms.CharField(
        label=gettext_lazy("Sök"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("ord, adress, begäran")}),
    )
    since = forms.DateField(label=gettext_lazy("Från"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Till"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["event"].choices = [("", _("Alla")), *AuditEvent.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("Den sista dagen ligger före den första."))
        return cleaned

    def entries(self) -> "QuerySet[AuditEntry]":
        """What a valid form asks for, newest first."""
        given = self.cleaned_data
        condition = Q(event=given["event"]) if given["event"] else Q()
        if given["user"]:
            condition &= Q(user_name__icontains=given["user"].strip())
        if text := given["q"].strip():
            condition &= Q(target__icontains=text) | Q(request_id=text) | Q(address__startswith=text)
        return AuditEntry.objects.filter(condition & _days(given["since"], given["until"])).order_by("-id")


def _days(since: dt.date | None, until: dt.date | None) -> Q:
    condition = Q(at__date__gte=since) if since else Q()
    return condition & Q(at__date__lte=until) if until else condition


@dataclass(frozen=True)
class AuditPage:
    """Rows between two keys. `older` and `newer` are the keys to go on from, None at the ends."""

    entries: list[AuditEntry]
    older: int | None
    newer: int | None


def page_of(entries: "QuerySet[AuditEntry]", *, before: int | None = None, after: int | None = None) -> AuditPage:
    """One query, however long the log is."""
    if after is not None:
        found = list(entries.filter(id__gt=after).order_by("id")[: PAGE_SIZE + 1])
        more, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        return AuditPage(shown, shown[-1].pk if shown else None, shown[0].pk if more else None)
    found = list((entries.filter(id__lt=before) if before is not None else entries)[: PAGE_SIZE + 1])
    more, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    newer = shown[0].pk if shown and before is not None else None
    return AuditPage(shown, shown[-1].pk if more else None, newer)


def who(entry: AuditEntry) -> str:
    if entry.user_name:
        return entry.user_name
    if entry.user_id is not None:
        return _("avidentifierat konto %(number)s") % {"number": entry.user_id}
    return _("ingen inloggad") if entry.request_id or entry.address else _("på servern")


def in_words(entry: AuditEntry) -> list[tuple[str, str]]:
    """The details as name and value. Empty ones are left out."""
    return [
        (str(WORDS.get(key, key)), _value(key, value))
        for key, value in entry.detail.items()
        if value not in (None, "", [], {})
    ]


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if isinstance(value, list):
        return ", ".join(_value(key, each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(name, each)}" for name, each in value.items())
    return str(_VALUES.get(key, {}).get(value, value))


def table(entries: "QuerySet[AuditEntry]") -> Iterator[tuple[Any, ...]]:
    """Rows for a file, under `COLUMNS`."""
    for entry in entries.iterator():
        details = "; ".join(f"{name}: {value}" for name, value in in_words(entry))
        at = entry.at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        event, address = str(entry.get_event_display()), entry.address or ""
        yield at, event, who(entry), address, entry.target, details, entry.request_id
