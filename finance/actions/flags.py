"""Flagging a posting as wrongly coded, answering it, and finding in later imports that it has been put right."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from finance.actions.twins import same_rows
from finance.choices import FlagState
from finance.models import ImportBatch, Posting, PostingFlag
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent

if TYPE_CHECKING:
    from vp_portal.core.models import User


class NotOpen(Exception):  # noqa: N818  # the name says what is the matter
    """The flag has been answered already."""


@transaction.atomic
def flag(row: Posting, made: PostingFlag, *, by: "User", at: dt.datetime) -> PostingFlag:
    """Stores a flag of what is wrong with the row, and where it should be. Raises ValidationError."""
    made.batch_id, made.posting, made.period = row.batch_id, row.pk, row.period
    made.code_string_id, made.amount = row.code_string_id, row.amount
    made.made_by, made.made_at = by, at
    made.full_clean()
    _save(made, by, made.wrong)
    return made


@transaction.atomic
def end(
    made: PostingFlag, state: FlagState, *, answer: str, by: "User", at: dt.datetime, found: Posting | None = None
) -> PostingFlag:
    """Put right (by the row `found`, if it's known), rejected or withdrawn. Raises NotOpen."""
    held = PostingFlag.objects.select_for_update().get(pk=made.pk)
    if held.state != FlagState.OPEN:
        raise NotOpen
    _end(held, state, at, found)
    held.ended_by, held.answer = by, answer
    held.full_clean()
    _save(held, by, answer)
    return held


def _end(held: PostingFlag, state: FlagState, at: dt.datetime, found: Posting | None) -> None:
    held.state, held.ended_at = state, at
    held.found_batch_id, held.found_posting = (found.batch_id, found.pk) if found else (None, None)


def _save(made: PostingFlag, by: "User | None", why: str) -> None:
    made._history_user, made._change_reason = by, why[:100]  # type: ignore[attr-defined]  # read by simple_history
    made.save()
    audit.record(AuditEvent.FLAG, user=by, target=made, state=made.state, batch=made.batch_id)


def follow(batch: ImportBatch, *, at: dt.datetime) -> None:
    """After a booking: open flags of rows that the batch has again go with them; those that it puts right end.

    One query where nothing is flagged.
    """
    waiting = PostingFlag.objects.open().filter(batch__source=batch.source_id).exclude(batch=batch)
    for held in waiting.select_related("batch", "code_string"):
        if held.batch.replaced_by_id == batch.pk:
            _move(held, batch, at)
        elif held.batch.ended_at is None and (found := put_right_by(held).filter(batch=batch).first()):
            _put_right(held, found, at)


def _move(held: PostingFlag, batch: ImportBatch, at: dt.datetime) -> None:
    """To the same row in the file that replaced the old one; or it's found there with the codes that it should have."""
    rows = same_rows(held).filter(batch=batch)
    flagged = PostingFlag.objects.open().values("posting")
    if found := rows.filter(code_string=held.code_string_id).exclude(pk__in=flagged).first():
        held.batch, held.posting = batch, found.pk
        _save(held, None, _("Raden kom igen i import %(batch)s.") % {"batch": batch.pk})
    elif codes_of(held) and (found := rows.filter(**codes_of(held)).first()):
        _put_right(held, found, at)


def _put_right(held: PostingFlag, found: Posting, at: dt.datetime) -> None:
    _end(held, FlagState.CORRECTED, at, found)
    held.answer = _("Rättelsen fanns i import %(batch)s.") % {"batch": found.batch_id}
    _save(held, None, held.answer)


def codes_of(held: PostingFlag) -> dict[str, Any]:
    """The codes that the row should have, as a filter of rows. Empty where only the cost object is wrong."""
    given = {"account": held.to_account_id, "cost_centre": held.to_cost_centre_id, "project": held.to_project_id}
    return {f"code_string__{part}": key for part, key in given.items() if key is not None}


def put_right_by(held: PostingFlag) -> Any:
    """Rows on the codes where it should be, of the amount, whose batch also takes the amount back from where it was."""
    if not codes_of(held):
        return Posting.objects.none()
    later = ImportBatch.objects.in_force().filter(source=held.batch.source_id, pk__gt=held.batch_id)
    back = reversals(held).values("batch")
    return Posting.objects.filter(batch__in=later.values("pk"), amount=held.amount, **codes_of(held)).filter(
        batch__in=back
    )


def reversals(held: PostingFlag) -> Any:
    """Rows that take the amount back from where it was booked, in batches after the flag's own."""
    later = ImportBatch.objects.in_force().filter(source=held.batch.source_id, pk__gt=held.batch_id)
    return Posting.objects.filter(batch__in=later.values("pk"), code_string=held.code_string_id, amount=-held.amount)


@transaction.atomic
def open_again(batch: ImportBatch) -> None:
    """When a batch is taken out: what the portal had found in it is not put right any more."""
    found = PostingFlag.objects.filter(found_batch=batch, state=FlagState.CORRECTED)
    for held in found.exclude(posting__in=PostingFlag.objects.open().values("posting")):
        held.state, held.ended_at, held.ended_by, held.answer = FlagState.OPEN, None, None, ""
        held.found_batch, held.found_posting = None, None
        _save(held, None, _("Import %(batch)s, där rättelsen fanns, gäller inte längre.") % {"batch": batch.pk})
