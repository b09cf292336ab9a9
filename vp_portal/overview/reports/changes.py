"""Who changed what, and when: out of the history of tracked models."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from vp_portal.core import formatting
from vp_portal.core.history import names_of

NOBODY = "–"


@dataclass(frozen=True)
class FieldChange:
    """One field of one change: its name for people, and its value before and after."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One change of one row. `fields` is empty for a row that came or went, and for changed links."""

    at: dt.datetime
    who: str
    what: str
    fields: tuple[FieldChange, ...] = ()
    reason: str = ""


def changes_of(rows: Sequence[Any], what: str) -> list[Change]:
    """The changes in the history rows of one object, newest first. The rows come newest first.

    The oldest row given has nothing to be held against: it is told only when it says that the object came.
    """
    names = _names_of_related(rows)
    changes = []
    for newer, older in zip_longest(rows, rows[1:]):
        if newer.history_type == "+":
            changes.append(_change(newer, _("%(what)s lades upp") % {"what": what}))
        elif newer.history_type == "-":
            changes.append(_change(newer, _("%(what)s togs bort") % {"what": what}))
        elif older is not None:
            fields = tuple(_field_changes(newer, older, names))
            verb = _("%(what)s ändrades") if fields else _("%(what)s: kopplingar ändrades")
            changes.append(_change(newer, verb % {"what": what}, fields))
    return changes


def dated_changes(rows: Iterable[Any], what: str) -> list[Change]:
    """The changes in the history rows of dated rows with a person: who it is or was, and which days."""
    verbs = {"+": _("%(what)s: %(who)s, %(when)s"), "~": _("%(what)s ändrad: %(who)s, %(when)s")}
    gone = _("%(what)s borttagen: %(who)s, %(when)s")
    return [
        _change(
            row,
            verbs.get(row.history_type, gone)
            % {"what": what, "who": row.person.name if row.person else NOBODY, "when": days_of(row.valid)},
        )
        for row in rows
    ]


def newest(limit: int, *lists: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted((change for one in lists for change in one), key=lambda c: c.at, reverse=True)[:limit])


def days_of(valid: Any) -> str:
    """`2025-01-01 – 2025-06-30`, the last day included; `från och med …` without an end."""
    first, last = valid.lower, valid.upper and valid.upper - dt.timedelta(days=1)
    if first and last:
        return f"{formatting.iso_date(first)} – {formatting.iso_date(last)}"
    if first:
        return _("från och med %(day)s") % {"day": formatting.iso_date(first)}
    return _("till och med %(day)s") % {"day": formatting.iso_date(last)} if last else _("tills vidare")


def _change(row: Any, what: str, fields: tuple[FieldChange, ...] = ()) -> Change:
    who = str(row.history_user) if row.history_user else names_of([row.history_user_id])[row.history_user_id]
    return Change(at=row.history_date, who=who, what=what, fields=fields, reason=row.history_change_reason or "")


def _tracked(row: Any) -> list[models.Field]:
    """The fields of the object, links to its own base row left out."""
    return [f for f in row.tracked_fields if not f.primary_key and f.name not in {"cost_object", "kind"}]


def _field_changes(newer: Any, older: Any, names: dict[tuple[type, Any], str]) -> Iterable[FieldChange]:
    for field in _tracked(newer):
        old, new = getattr(older, field.attname), getattr(newer, field.attname)
        if old != new:
            label = str(field.verbose_name)
            yield FieldChange(label[:1].upper() + label[1:], _text(field, old, names), _text(field, new, names))


def _text(field: models.Field, value: Any, names: dict[tuple[type, Any], str]) -> str:
    if value in (None, ""):
        return NOBODY
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), _("borttagen"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return days_of(value) if hasattr(value, "upper_inc") else str(value)


def _names_of_related(rows: Sequence[Any]) -> dict[tuple[type, Any], str]:
    """Names of all that changed links point to: one query per kind of thing pointed to."""
    wanted: dict[Any, set[Any]] = {}
    for newer, older in pairwise(rows):
        for field in _tracked(newer):
            keys = {getattr(newer, field.attname), getattr(older, field.attname)}
            if isinstance(field, models.ForeignKey) and len(keys) > 1:
                wanted.setdefault(field.related_model, set()).update(keys)
    return {
        (model, pk): str(item)
        for model, keys in wanted.items()
        for pk, item in model._default_manager.in_bulk(keys - {None}).items()
    }
