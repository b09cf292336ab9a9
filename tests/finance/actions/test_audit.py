"""What the ledger's actions leave in the audit log."""

import pytest

from finance.actions import allocation
from finance.actions.undo import undo
from finance.models import ImportBatch
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, ROWS, book, write
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def only(event):
    return AuditEntry.objects.get(event=event)


@pytest.fixture
def batch(tmp_path):
    return ImportBatch.objects.get(pk=book(write(tmp_path, *ROWS)).batch)


def test_a_booked_file_is_recorded(batch):
    entry = only(AuditEvent.IMPORT)
    assert (entry.target_model, entry.target_id, entry.detail["rows"]) == (
        "finance.ImportBatch",
        str(batch.pk),
        batch.row_count,
    )


def test_a_refused_file_is_not_recorded_as_booked(tmp_path):
    assert not book(write(tmp_path, "nonsens")).is_accepted
    assert not AuditEntry.objects.filter(event=AuditEvent.IMPORT).exists()


def test_taking_a_batch_out_is_recorded_with_who(batch):
    user = UserFactory()
    undo(batch, by=user, at=AT, reason="fel månad")
    entry = only(AuditEvent.UNDO)
    assert (entry.user_id, entry.target_id, entry.detail["has_reason"]) == (user.pk, str(batch.pk), True)


def test_running_the_rules_is_recorded_with_who(db):
    user = UserFactory()
    run = allocation.run(by=user, at=AT)
    assert (only(AuditEvent.ALLOCATION).user_id, only(AuditEvent.ALLOCATION).target_id) == (user.pk, str(run.pk))
