"""What changed between rows of history, in words, in a number of queries that doesn't grow with the rows."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import capfirst
from django.utils.translation import gettext
from simple_history.template_utils import HistoricalRecordContextHelper, ObjDiffDisplay
from simple_history.utils import get_m2m_reverse_field_name

from vp_portal.core.forms import in_words
from vp_portal.core.history import names_of


class ShortDifference(ObjDiffDisplay):
    def shortened_str(self, prefix: str, num_skipped_chars: int, suffix: str) -> str:
        return f"{prefix}[… {num_skipped_chars} …]{suffix}"


class Difference(HistoricalRecordContextHelper):
    """Values as people write them."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if isinstance(value, bool):
            return gettext("Ja") if value else gettext("Nej")
        if isinstance(value, DateRange):
            return in_words(value)
        if value in (None, ""):
            return "–"
        field = self.model._meta.get_field(change.field)
        return dict(getattr(field, "flatchoices", ())).get(value, value)

    def get_obj_diff_display(self) -> ObjDiffDisplay:
        return ShortDifference(max_length=self.max_displayed_delta_change_chars)


def describe(model: type[models.Model], records: list[Any]) -> None:
    """Gives each record, newest first, `history_delta_changes`: what it changed in the one before it; and `who`."""
    if not records:
        return
    names = names_of(record.history_user_id for record in records)
    for record in records:
        record.who = names[record.history_user_id]
    many = [field for field in model._meta.many_to_many if field.name in _tracked_many(records[0])]
    linked = {field: _linked(field, records) for field in many}
    for newer, older in pairwise(records):
        delta = newer.diff_against(older, excluded_fields={f.name for f in many}, foreign_keys_are_objs=True)
        changes = Difference(model, newer).context_for_delta_changes(delta)
        for field, names in linked.items():
            before, after = names[older.pk], names[newer.pk]
            if before != after:
                changes.append({"field": capfirst(field.verbose_name), "old": before or "–", "new": after or "–"})
        newer.history_delta_changes = changes


def _tracked_many(record: Any) -> set[str]:
    return {field.name for field in record._history_m2m_fields}


def _linked(field: Any, records: list[Any]) -> defaultdict[Any, str]:
    """From each record's key to the names of the rows that it linked to then. Two queries."""
    target = get_m2m_reverse_field_name(field)
    rows = getattr(records[0], field.name).model.objects.filter(history__in=[record.pk for record in records])
    pairs = list(rows.values_list("history_id", f"{target}_id"))
    names = {pk: str(row) for pk, row in field.related_model._default_manager.in_bulk({pk for _, pk in pairs}).items()}
    found: dict[Any, list[str]] = defaultdict(list)
    for history_id, pk in pairs:
        found[history_id].append(names.get(pk, gettext("borttagen (%s)") % pk))
    return defaultdict(str, {key: ", ".join(sorted(each)) for key, each in found.items()})
