import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from finance.actions import periods
from finance.actions.periods import AlreadySo, LockedPeriod, ReasonMissing
from finance.actions.undo import undo
from finance.models import ImportBatch, PeriodLock
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, ROWS, book, write
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
MARCH = Period(202503)
LATER = AT + dt.timedelta(days=1)


@pytest.fixture
def locked():
    return periods.lock(MARCH, by=UserFactory(role=Role.CONTROLLER), at=AT, reason="Tertialet är stängt")


def test_a_lock_leaves_who_when_and_why(locked):
    entry = locked.history.get()
    assert (entry.history_user, entry.history_change_reason) == (locked.locked_by, "Tertialet är stängt")
    assert AuditEntry.objects.get(event=AuditEvent.PERIOD_LOCK).target == "202503"


def test_a_file_for_a_locked_period_is_refused_with_the_reason(locked, tmp_path):
    result = book(write(tmp_path, *ROWS), by=UserFactory(role=Role.CONTROLLER), reason="Ändå")
    assert result.status == "refused"
    assert "Tertialet är stängt" in result.errors[0].reason
    assert not ImportBatch.objects.exists()


def test_a_preview_tells_of_the_lock(locked, tmp_path):
    assert "Låst period" in book(write(tmp_path, *ROWS), dry_run=True).errors[0].reason


@pytest.mark.parametrize(("reason", "status"), [("Rättelse efter revision", "booked"), ("  ", "refused")])
def test_an_administrator_needs_a_reason(locked, tmp_path, reason, status):
    assert book(write(tmp_path, *ROWS), by=UserFactory(role=Role.ADMINISTRATOR), reason=reason).status == status


def test_the_administrators_reason_stands_in_the_history(locked, tmp_path):
    book(write(tmp_path, *ROWS), by=UserFactory(role=Role.ADMINISTRATOR), reason="Rättelse")
    assert ImportBatch.objects.get().history.get().history_change_reason == "Rättelse"


def test_a_file_for_other_periods_is_booked(locked, tmp_path):
    assert book(write(tmp_path, ROWS[0].replace("202503", "202504"))).status == "booked"


def test_a_batch_with_a_locked_period_stays(tmp_path):
    book(write(tmp_path, *ROWS))
    periods.lock(MARCH, by=None, at=AT, reason="Stängt")
    with pytest.raises(LockedPeriod, match="Stängt"):
        undo(ImportBatch.objects.get(), by=UserFactory(role=Role.CONTROLLER), at=LATER, reason="Fel")
    assert ImportBatch.objects.in_force().exists()
    undo(ImportBatch.objects.get(), by=UserFactory(role=Role.ADMINISTRATOR), at=LATER, reason="Fel")
    assert not ImportBatch.objects.in_force().exists()


def test_an_opened_period_is_booked_again_and_the_lock_is_remembered(locked, tmp_path):
    periods.unlock(MARCH, by=None, at=LATER, reason="Sen faktura")
    assert book(write(tmp_path, *ROWS)).status == "booked"
    lock = PeriodLock.objects.get()
    assert (lock.opened_reason, lock.history.count()) == ("Sen faktura", 2)


def test_a_period_is_locked_once_and_opened_once(locked):
    with pytest.raises(AlreadySo):
        periods.lock(MARCH, by=None, at=AT, reason="Igen")
    periods.unlock(MARCH, by=None, at=LATER, reason="Öppnas")
    with pytest.raises(AlreadySo):
        periods.unlock(MARCH, by=None, at=LATER, reason="Öppnas")


def test_without_a_reason_nothing_is_locked_or_opened(locked):
    with pytest.raises(ReasonMissing):
        periods.lock(Period(202504), by=None, at=AT, reason=" ")
    with pytest.raises(ReasonMissing):
        periods.unlock(MARCH, by=None, at=AT, reason="")


def test_the_database_holds_one_lock_a_period(locked):
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodLock.objects.create(period=MARCH, locked_at=AT, reason="Förbi")
