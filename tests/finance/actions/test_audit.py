"""What the ledger's actions leave in the audit log."""

import pytest

from finance.actions import allocation
from finance.actions.undo import undo
from finance.models import ImportBatch, Posting
from tests.factories.core import UserFactory
from tests.factories.finance import CostCentreUnitFactory
from tests.factories.services import UnitFactory
from tests.finance.ledger_files import AT, ROWS, book, write
from tests.finance.ledger_world import booked_world
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


def test_a_cost_centre_that_gets_another_unit_is_recorded(db):
    row = CostCentreUnitFactory()
    row.unit = UnitFactory()
    row.save()
    entry = AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED, target_model="finance.CostCentreUnit").first()
    assert (entry.target_id, entry.detail["fields"]) == (str(row.pk), ["enhet"])


def test_what_is_done_on_a_page_is_recorded_with_where_from(client, today):
    """Actions are told who, and nothing of the request."""
    world = booked_world()
    client.force_login(world.manager.user)
    row = Posting.objects.get(amount="600.00")
    sent = {"cost_object": world.another_service().pk, "reason": "Hör dit"}
    answer = client.post(f"/finance/postings/{row.batch_id}-{row.pk}/assign/", sent, REMOTE_ADDR="192.0.2.7")
    entry = only(AuditEvent.BY_HAND)
    assert (entry.user_id, entry.address) == (world.manager.user.pk, "192.0.2.7")
    assert entry.request_id == answer.headers["X-Request-ID"]


def test_running_the_rules_is_recorded_with_who(db):
    user = UserFactory()
    run = allocation.run(by=user, at=AT)
    assert (only(AuditEvent.ALLOCATION).user_id, only(AuditEvent.ALLOCATION).target_id) == (user.pk, str(run.pk))
