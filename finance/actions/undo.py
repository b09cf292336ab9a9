"""Taking a batch out again: it counted from its booking until then, and is kept."""

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from finance.actions import allocation
from finance.actions.locks import hold_ledger
from finance.importing import partition
from finance.models import ImportBatch
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent

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


def undo(batch: ImportBatch, *, by: "User | None", at: dt.datetime, reason: str = "") -> ImportBatch:
    """Takes the batch out from `at` on, and allocates what is left. Its rows and cells are kept.

    Raises AlreadyEnded, or Busy when readers keep the ledger's table for too long.
    """
    for attempt in range(_TRIES):
        try:
            return _undo(batch.pk, by=by, at=at, reason=reason)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            if attempt + 1 < _TRIES:
                time.sleep(_PAUSE)
    raise Busy


@transaction.atomic
def _undo(pk: int, *, by: "User | None", at: dt.datetime, reason: str) -> ImportBatch:
    hold_ledger()
    batch = ImportBatch.objects.select_for_update().get(pk=pk)
    if batch.ended_at is not None:
        raise AlreadyEnded
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
    partition.supersede(batch)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    batch.ended_at = at
    batch._history_user, batch._change_reason = by, reason  # type: ignore[attr-defined]  # read by simple_history
    batch.save(update_fields=["ended_at"])
    allocation.run(by=by, at=at)
    audit.record(AuditEvent.UNDO, user=by, target=batch, rows=batch.row_count, has_reason=bool(reason))
    return batch
