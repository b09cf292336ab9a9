import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.database import as_owner, seal
from vp_portal.core import audit
from vp_portal.core.audit_chain import verify
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, AuditSeal
from vp_portal.core.retention import trim

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OLD = NOW - dt.timedelta(days=400)


@pytest.fixture
def log():
    """Two old rows and one of now."""
    for at in (OLD, OLD, NOW):
        AuditEntry.objects.create(event=AuditEvent.SIGN_IN, at=at)
    seal()


def test_old_rows_go_and_the_chain_holds(log):
    before = verify().head
    with as_owner():
        assert trim(NOW - dt.timedelta(days=365), NOW)["spår"] == 2
    seal()
    assert [entry.event for entry in AuditEntry.objects.order_by("id")] == [AuditEvent.SIGN_IN, AuditEvent.TRIMMED]
    verdict = verify(before)
    assert (verdict.faults, verdict.rows, verdict.head.position) == ([], 2, 4)


def test_letting_go_of_all_leaves_the_newest_to_chain_the_next_to(log):
    before = verify().head
    with as_owner():
        trim(NOW + dt.timedelta(days=1), NOW)
    seal()
    assert list(AuditSeal.objects.values_list("position", flat=True)) == [3, 4]
    assert verify(before).faults == []


def test_a_trimmed_chain_can_be_trimmed_again(log):
    for _time in range(2):
        with as_owner():
            trim(NOW + dt.timedelta(days=1), NOW)
        seal()
    assert verify().faults == []
    assert list(AuditSeal.objects.values_list("position", flat=True)) == [4, 5]


def test_nothing_old_is_nothing_done(log):
    with as_owner():
        assert trim(OLD - dt.timedelta(days=1), NOW)["spår"] == 0
    assert not AuditEntry.objects.filter(event=AuditEvent.TRIMMED).exists()


def test_the_portals_own_role_may_not(log):
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("trim_traces", days=365)


def test_the_command_says_what_went(log, capsys):
    with as_owner():
        call_command("trim_traces", days=365)
    assert "spår 2" in capsys.readouterr().out


def test_no_days_at_all_are_refused():
    with pytest.raises(CommandError, match="Minst en dag"):
        call_command("trim_traces", days=0)


def test_a_hash_is_never_masked():
    entry = audit.record(AuditEvent.TRIMMED, hash="ab811228 9874cdef")
    assert entry.detail["hash"] == "ab811228 9874cdef"
