import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from services.models import Person, UnitMembership
from tests.database import as_owner, seal
from tests.factories.core import UserFactory
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.audit_chain import verify
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, RoleGrant, User
from vp_portal.overview.privacy.erase import MARK


@pytest.fixture
def erased(gone):
    with as_owner():
        call_command("anonymise_person", "asa.lind")
    seal()
    return gone


def every_text():
    """All that is written in any table of ours, history and log included."""
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if not name.startswith(("pg_", "django_m"))
        ]
        found = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [(table, text) for (text,) in cursor.fetchall()]
    return found


def test_no_name_or_address_is_left_anywhere(erased):
    words = ("asa.lind", "asli", "Tekniker", "example.org")
    left = [(table, text) for table, text in every_text() if any(word in text for word in words)]
    assert left == []
    assert [
        text for _table, text in every_text() if "Åsa" in text and "Lindberg" not in text and "annan" not in text
    ] == []


def test_keys_and_history_stay(erased):
    user = User.objects.get(pk=erased.user.pk)
    assert (user.username, user.is_active, user.has_usable_password()) == (f"anonym-{user.pk}", False, False)
    assert {row.username for row in user.history.all()} == {user.username}
    assert erased.other.history.first().history_user_id == user.pk
    assert Person.objects.get(pk=erased.person.pk).history.latest().name == "Avidentifierad person"


def test_another_with_a_longer_name_keeps_it(erased):
    assert RoleGrant.objects.get(user=erased.user).reason == f"{MARK} tar över efter Åsa Lindberg"
    assert erased.other.history.first().history_change_reason == f"ändrat av {MARK}, {MARK}"


def test_the_chain_holds_and_knows_what_was_erased(erased):
    verdict = verify()
    assert verdict.faults == []
    assert verdict.erased >= 3
    assert AuditEntry.objects.filter(user_id=erased.user.pk).exclude(user_name="").count() == 0
    assert AuditEntry.objects.filter(event=AuditEvent.PERSON_ANONYMISED).count() == 1


def test_a_name_put_back_in_the_log_is_found(erased):
    entry = AuditEntry.objects.filter(user_id=erased.user.pk).first()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_audit_guard")
        cursor.execute("UPDATE core_auditentry SET user_name = 'någon' WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_audit_guard")
    assert [fault.entry for fault in verify().faults] == [entry.pk]


def test_a_dry_run_changes_nothing(gone, capsys):
    before = every_text()
    with as_owner():
        call_command("anonymise_person", "asa.lind", dry_run=True)
    assert "skulle bli anonym" in capsys.readouterr().out
    assert every_text() == before


def test_an_open_account_is_refused(db):
    UserFactory(username="kvar")
    with as_owner(), pytest.raises(CommandError, match="stäng det först"):
        call_command("anonymise_person", "kvar")


def test_who_works_here_is_refused(db):
    person = PersonFactory(code="kvar1")
    UnitMembership.objects.create(person=person, unit=UnitFactory(), valid=DateRange(None, None))
    with as_owner(), pytest.raises(CommandError, match="arbetar i en enhet"):
        call_command("anonymise_person", "kvar1")


def test_the_portal_s_own_role_may_not(gone):
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("anonymise_person", "asa.lind")
