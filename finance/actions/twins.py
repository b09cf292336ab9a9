"""Rows that count now and are the same as one that does not: its batch was replaced."""

from typing import Any

from finance.models import HandAssignment, ImportBatch, Posting, SupersededPosting
from finance.models.by_hand import OfPosting

#: What makes a row of a new file the same as one of the old.
SAME = ("period", "amount", "posted_on", "voucher_series", "voucher_no", "supplier_no", "supplier_name", "text")


def row_of(said: OfPosting) -> Posting | SupersededPosting | None:
    """The posting, as it counts or as it counted."""
    models: tuple[Any, ...] = (Posting, SupersededPosting)
    for model in models:
        found = model.objects.filter(batch=said.batch_id, pk=said.posting).select_related("counterparty").first()
        if found is not None:
            return found
    return None


def same_rows(said: OfPosting, **more: Any) -> Any:
    """Rows in force of the same source that say the same, whatever their codes; in the order of the file."""
    old = row_of(said)
    if old is None:
        return Posting.objects.none()
    facts = {name: getattr(old, name) for name in SAME}
    counting = ImportBatch.objects.in_force().filter(source=said.batch.source_id).values("pk")
    return Posting.objects.filter(batch__in=counting, **facts, **more).order_by("batch", "line")


def twins_of(said: OfPosting) -> Any:
    """Those with the same codes as well that nobody has given a home by hand."""
    taken = HandAssignment.objects.in_force().values("posting")
    return same_rows(said, code_string=said.code_string_id).exclude(pk__in=taken)
