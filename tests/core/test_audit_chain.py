"""The chain of hashes, with changes that get past the guards: those of who owns the database."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.database import as_owner, seal
from tests.factories.core import UserFactory
from vp_portal.core import audit
from vp_portal.core.audit_chain import START, Head, _digest, verify
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, AuditSeal


@pytest.fixture
def chain(db):
    """Three sealed rows."""
    for name in ("ett", "två", "tre"):
        audit.record(
            AuditEvent.EXPORT, user=UserFactory(), target=name, rows=7, kinds=["å", "b"], more={"z": 1, "aa": 2}
        )
    seal()
    return list(AuditEntry.objects.order_by("id"))


def tamper(statement, *values):
    """Past the guards, as who owns the database can."""
    tables = ("core_auditentry", "core_auditseal")
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER core_audit_guard")
        cursor.execute(statement, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER core_audit_guard")


def reasons():
    return [fault.reason for fault in verify().faults]


def test_an_empty_log_is_whole(db):
    verdict = verify()
    assert (verdict.faults, verdict.head) == ([], Head(0, START))


def test_an_untouched_log_is_whole(chain):
    verdict = verify()
    assert (verdict.rows, verdict.faults, verdict.head.position) == (3, [], 3)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("event", "sign_in", "raden är ändrad"),
        ("at", "2020-01-01", "raden är ändrad"),
        ("user_id", 7, "raden är ändrad"),
        ("request_id", "x", "raden är ändrad"),
        ("detail", "{}", "raden är ändrad"),
        ("target_model", "x", "raden är ändrad"),
        ("target_id", "x", "raden är ändrad"),
        ("user_name", "Någon annan", "vem är ändrat"),
        ("address", "192.0.2.1", "vem är ändrat"),
        ("target", "annat", "vad det gäller är ändrat"),
    ],
)
def test_a_changed_column_is_found(chain, column, value, reason):
    tamper(f"UPDATE core_auditentry SET {column} = %s WHERE id = %s", value, chain[1].pk)
    faults = verify().faults
    assert [(fault.position, fault.entry, fault.reason) for fault in faults] == [(2, chain[1].pk, reason)]


def test_a_removed_row_is_found(chain):
    tamper("DELETE FROM core_auditentry WHERE id = %s", chain[1].pk)
    assert reasons() == ["raden är borttagen"]


def test_a_row_removed_with_its_seal_is_found(chain):
    tamper("DELETE FROM core_auditseal WHERE position = 2")
    tamper("DELETE FROM core_auditentry WHERE id = %s", chain[1].pk)
    assert reasons() == ["rader saknas före nästa", "raden hänger inte ihop med den före"]


def test_a_row_put_in_without_a_seal_is_found(chain):
    tamper("DELETE FROM core_auditseal WHERE position = 3")
    assert reasons() == ["raden saknar sigill"]


def test_a_removed_beginning_is_found(chain):
    tamper("DELETE FROM core_auditseal WHERE position = 1")
    tamper("DELETE FROM core_auditentry WHERE id = %s", chain[0].pk)
    assert reasons() == ["rader i början saknas"]


def test_a_cut_off_end_is_found_with_the_head_from_before(chain):
    before = verify().head
    tamper("DELETE FROM core_auditseal WHERE position = 3")
    tamper("DELETE FROM core_auditentry WHERE id = %s", chain[2].pk)
    assert verify().faults == []
    assert [fault.position for fault in verify(before).faults] == [3]
    audit.record(AuditEvent.EXPORT, target="i stället")
    seal()
    assert [fault.position for fault in verify(before).faults] == [3]


def test_a_head_from_before_is_found_again(chain):
    before = Head.parse(str(verify().head))
    audit.record(AuditEvent.EXPORT)
    seal()
    assert verify(before).faults == []


def test_the_command_says_that_the_log_is_whole_and_keeps_its_end(chain, tmp_path, capsys):
    call_command("verify_audit", anchor=tmp_path / "slut")
    assert "hel: 3 rader" in capsys.readouterr().out
    assert (tmp_path / "slut").read_text().startswith("3:")
    call_command("verify_audit", anchor=tmp_path / "slut")


def test_the_command_says_which_row_is_wrong(chain, tmp_path, capsys):
    tamper("UPDATE core_auditentry SET user_name = 'x' WHERE id = %s", chain[0].pk)
    with pytest.raises(CommandError, match="1 fel"):
        call_command("verify_audit", anchor=tmp_path / "slut")
    assert f"plats 1, rad {chain[0].pk}: vem är ändrat" in capsys.readouterr().err
    assert not (tmp_path / "slut").exists()


def test_the_command_refuses_a_head_that_is_none(db):
    with pytest.raises(CommandError, match="PLATS:HASH"):
        call_command("verify_audit", head="tre")


@given(st.lists(st.none() | st.text()), st.lists(st.none() | st.text()))
def test_different_parts_have_different_digests(one, other):
    assert (one == other) == (_digest(*one) == _digest(*other))


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_keeps_nobody_waiting_and_the_chain_is_one():
    def write(count):
        for _ in range(count):
            audit.record(AuditEvent.SIGN_IN)
        connection.close()

    with transaction.atomic():
        audit.record(AuditEvent.IMPORT)
        threads = [threading.Thread(target=write, args=(5,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert not any(thread.is_alive() for thread in threads)
    assert AuditSeal.objects.get(position=16).entry.event == AuditEvent.IMPORT
    verdict = verify()
    assert (verdict.rows, verdict.faults) == (16, [])
