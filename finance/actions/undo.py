"""Taking a batch out again: it counted from its booking until then, and is kept."""

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from finance.actions import allocation, flags, periods
from finance.actions.locks import hold_ledger
from finance.importing import partition
from finance.models import ImportBatch
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: Moving a partition waits for readers, and makes new ones wait: rather a few short tries than a long one.
_LOCK_TIMEOUT = "2s"
_TRIES = 5
_PAUSE = 1.0


class AlreadyEnded(Exception):  # noqa: N818  # the name says what is the matter
    """The batch has been taken out before."""


class Busy(Exception):  # noqa: N818  # as above
    """The ledger was in use the whole time. Nothing was changed; try again."""


@transaction.atomic
def undo(batch: ImportBatch, *, by: "User | None", at: dt.datetime, reason: str = "") -> ImportBatch:
    """Takes the batch out from `at` on, and out of the sums. Its rows, cells and lines are kept.

    Raises AlreadyEnded, LockedPeriod, or Busy when readers keep the ledger's table for too long.
    """
    hold_ledger()
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.ended_at is not None:
        raise AlreadyEnded
    periods.check_open(periods_of(batch), by=by, reason=reason)
    end(batch, by=by, at=at, reason=reason)
    allocation.withdraw(batch)
    flags.open_again(batch)
    audit.record(AuditEvent.UNDO, user=by, target=batch, rows=batch.row_count, has_reason=bool(reason))
    move_out(batch)
    return batch


def periods_of(batch: ImportBatch) -> list[Period]:
    return [Period(period) for period in batch.cells.order_by("period").values_list("period", flat=True).distinct()]


def end(
    batch: ImportBatch, *, by: "User | None", at: dt.datetime, reason: str, replaced_by: ImportBatch | None = None
) -> None:
    """The batch counts until `at`. The caller holds the ledger, and takes the batch out of the sums."""
    batch.ended_at, batch.replaced_by = at, replaced_by
    batch._history_user, batch._change_reason = by, reason  # type: ignore[attr-defined]  # read by simple_history
    batch.save(update_fields=["ended_at", "replaced_by"])


def move_out(batch: ImportBatch) -> None:
    """Moves the rows, last of all: from here to the end of the transaction nobody reads the ledger. Raises Busy."""
    for attempt in range(_TRIES):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
                partition.supersede(batch)
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            if attempt + 1 < _TRIES:
                time.sleep(_PAUSE)
        else:
            return
    raise Busy
