"""Two people at the same row: the one who saves last is shown what the other changed, and loses nothing.

A form carries a token of the row as it was shown. When the row has changed since, it isn't saved: each field that the
other changed says so, with the other's value, beside what the user wrote. Saving once more settles it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from vp_portal.core import formatting
from vp_portal.core.history_pages import describe

#: The name of the token in a form.
FIELD = "row_version"


@dataclass(frozen=True)
class Change:
    """What someone else changed: the field's name and label, its value now."""

    field: str
    label: str
    value: str


@dataclass(frozen=True)
class Since:
    """What happened to a row since a form with it was shown. `changes` can be empty: rows below it have changed."""

    who: str
    when: str
    changes: tuple[Change, ...]

    @property
    def text(self) -> str:
        said = _("%(who)s ändrade här %(when)s, medan du skrev. Det du skrev står kvar i fälten.")
        return f"{said % {'who': self.who, 'when': self.when}} {_('Spara igen om ditt ska gälla.')}"

    def errors(self, fields: Iterable[str]) -> ValidationError:
        """For a form: at each field that the other changed, the other's value."""
        known = set(fields)
        placed: dict[str, Any] = {"__all__": [self.text]}
        for change in self.changes:
            text = _("%(who)s ändrade till: %(value)s") % {"who": self.who, "value": change.value}
            where, said = (change.field, text) if change.field in known else ("__all__", f"{change.label}: {text}")
            placed.setdefault(where, []).append(said)
        return ValidationError(placed)


def token_of(row: models.Model, below: Iterable[tuple[type[models.Model], str]] = ()) -> str:
    """The row as it stands, by its latest history. `below`: models with rows edited together with it, each with the
    name of its link to the row. One query each."""
    latest = [_latest(type(row), pk=row.pk)]
    latest += [_latest(model, **{f"{link}_id": row.pk}) for model, link in below if hasattr(model, "history")]
    return ".".join(str(each or 0) for each in latest)


def _latest(model: Any, *, pk: Any = None, **where: Any) -> int | None:
    key = {model._meta.pk.attname: pk} if pk is not None else where
    found: int | None = model.history.filter(**key).aggregate(latest=models.Max("history_id"))["latest"]
    return found


def since(row: models.Model, shown: str, below: Iterable[tuple[type[models.Model], str]] = ()) -> Since | None:
    """What has changed since a form was shown with that token; None when nothing has."""
    now = token_of(row, below)
    if shown == now or not hasattr(type(row), "history"):
        return None
    first = shown.partition(".")[0]
    seen = int(first) if first.isascii() and first.isdigit() and len(first) < 19 else 0
    history: Any = type(row).history  # type: ignore[attr-defined]  # a tracked model
    records = list(history.filter(**{_key(row): row.pk}, history_id__gte=seen).order_by("-history_id"))
    if not records:
        return None
    describe(type(row), [records[0], records[-1]] if len(records) > 1 else records)
    changes = getattr(records[0], "history_delta_changes", None) if len(records) > 1 else None
    when = formatting.iso_time(records[0].history_date)
    return Since(str(records[0].who), when, tuple(_changes(type(row), changes or [])))


def _key(row: models.Model) -> str:
    assert row._meta.pk is not None  # noqa: S101 - only abstract models lack one
    return row._meta.pk.attname


def _changes(model: type[models.Model], told: list[dict[str, Any]]) -> Iterable[Change]:
    """History names a field by its label."""
    names = {
        capfirst(str(field.verbose_name)): field.name
        for field in model._meta.get_fields()
        if hasattr(field, "verbose_name")
    }
    return [
        Change(names.get(capfirst(str(each["field"])), ""), capfirst(str(each["field"])), str(each["new"]))
        for each in told
    ]
