"""What the database itself refuses the portal. The whole test run has the rights of the application's role."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from finance.actions.undo import undo
from finance.models import ImportBatch, Posting, SupersededPosting
from goals.models import DecidedPlan
from tests.database import as_owner
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, ROWS, book, write
from vp_portal.core import audit, database_roles
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, AuditSeal, User

OWN = {Posting._meta.db_table, SupersededPosting._meta.db_table}
ADDED_TO = [m for m in apps.get_models(include_auto_created=True) if database_roles._is_history(m)]
DECLARED = [m for m in apps.get_models(include_auto_created=True) if hasattr(m, "database_rights")]
VERBS = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]


@pytest.fixture(autouse=True)
def role(db):
    """The name of the role that the tests run as."""
    role = database_roles.current_role()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'core_user'")
        if cursor.fetchone()[0] == role:
            pytest.skip("the database has no role for the portal beside the owner's")
    return role


def verbs(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb FROM unnest(%s::text[]) verb WHERE has_table_privilege(current_user, %s, verb)", [VERBS, table]
        )
        return {verb for (verb,) in cursor.fetchall()}


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def tables():
    with connection.cursor() as cursor:
        return {info.name for info in connection.introspection.get_table_list(cursor) if info.type in "tp"}


def test_the_tests_run_as_an_ordinary_role(role):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = %s", [role]
        )
        assert cursor.fetchone() == (False, False, False, False)


@pytest.mark.parametrize("model", ADDED_TO, ids=lambda m: m._meta.db_table)
def test_history_is_read_and_added_to_and_nothing_more(model):
    assert verbs(model._meta.db_table) == {"SELECT", "INSERT"}


def test_the_audit_log_is_read_and_added_to_and_its_seals_only_read():
    assert verbs(AuditEntry._meta.db_table) == {"SELECT", "INSERT"}
    assert verbs(AuditSeal._meta.db_table) == {"SELECT"}


@pytest.mark.parametrize("model", DECLARED, ids=lambda m: m._meta.db_table)
def test_a_table_that_declares_its_rights_has_those_and_nothing_more(model):
    assert set(model.database_rights) < {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert verbs(model._meta.db_table) == set(model.database_rights)


def test_a_decided_plan_is_read_and_added_to_and_nothing_more():
    assert verbs(DecidedPlan._meta.db_table) == {"SELECT", "INSERT"}


def test_ordinary_tables_are_not_emptied_or_given_triggers():
    special = {m._meta.db_table for m in [*ADDED_TO, AuditEntry, AuditSeal]} | OWN | {"django_migrations"}
    special |= {m._meta.db_table for m in DECLARED}
    pointed_to = {"finance_importbatch", "finance_codestring", "finance_counterparty"}
    ordinary = {t for t in tables() - special if not t.startswith(("finance_posting_b", "finance_supersededposting_b"))}
    assert len(ordinary) > 40
    for table in ordinary:
        more = {"REFERENCES"} if table in pointed_to else set()
        assert verbs(table) == {"SELECT", "INSERT", "UPDATE", "DELETE"} | more, table


def test_the_application_owns_the_postings_and_nothing_else(role):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = %s AND relkind IN ('r', 'p', 'S', 'v')"
            " AND NOT relispartition AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid)",
            [role],
        )
        assert {name for (name,) in cursor.fetchall()} == OWN | {"finance_posting_id_seq"}


@pytest.mark.parametrize(
    "table", ["core_historicaluser", "core_auditentry", "core_auditseal", "finance_historicalimportbatch"]
)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER USER", "DROP TABLE {}"]
)
def test_the_database_refuses_to_forget(table, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_historicaluser SET first_name = 'x'",
        "UPDATE core_auditentry SET user_name = 'x'",
        "UPDATE core_auditseal SET position = position + 1",
        "INSERT INTO core_auditseal SELECT * FROM core_auditseal",
        "CREATE OR REPLACE FUNCTION core_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "SET session_replication_role = replica",
        "TRUNCATE core_user CASCADE",
        "ALTER TABLE core_user ADD COLUMN x int",
        "DELETE FROM django_migrations",
        "CREATE SCHEMA other",
    ],
)
def test_the_database_refuses_to_change_the_past_or_the_tables(statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        run(statement)


def test_saying_that_it_is_upkeep_does_not_help():
    audit.record(AuditEvent.EXPORT)
    with pytest.raises(ProgrammingError, match="permission denied"):
        run("SET LOCAL vp_portal.upkeep = 'trim'; DELETE FROM core_auditentry")


def test_a_tracked_row_can_be_made_changed_and_removed():
    user = UserFactory()
    user.first_name = "Åsa"
    user.save()
    pk = user.pk
    user.delete()
    assert [row.history_type for row in User.history.filter(id=pk).order_by("history_id")] == ["+", "~", "-"]


def test_who_made_a_change_stays_when_the_account_goes():
    by, user = UserFactory(), UserFactory()
    user._history_user = by
    user.save()
    pk = by.pk
    by.delete()
    assert user.history.first().history_user_id == pk


def test_a_later_table_gets_its_rights_with_the_next_migration(role):
    with as_owner():
        run("CREATE TABLE core_later (id bigint GENERATED BY DEFAULT AS IDENTITY)")
    assert verbs("core_later") == set()
    with as_owner():
        database_roles.set_rights(role)
    assert verbs("core_later") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_setting_the_rights_again_takes_back_what_is_too_much(role):
    with as_owner():
        run(f'GRANT ALL ON core_historicaluser, core_auditentry TO "{role}"')
        database_roles.set_rights(role)
    assert verbs("core_historicaluser") == verbs("core_auditentry") == {"SELECT", "INSERT"}


def test_setting_the_rights_again_leaves_booking_and_undo_in_order(role, tmp_path):
    with as_owner():
        database_roles.set_rights(role)
    batch = ImportBatch.objects.get(pk=book(write(tmp_path, *ROWS)).batch)
    undo(batch, by=None, at=AT)
    assert SupersededPosting.objects.filter(batch=batch).count() == len(ROWS)
    assert AuditEntry.objects.filter(event=AuditEvent.UNDO).exists()


def test_the_command_sets_the_rights_of_the_role(monkeypatch, capsys, role):
    monkeypatch.setattr(database_roles, "application_role", lambda: role)
    with as_owner():
        call_command("database_rights")
    assert role in capsys.readouterr().out


def test_the_command_says_when_there_is_no_role_to_set_rights_for(monkeypatch, role):
    monkeypatch.setattr(database_roles, "application_role", lambda: role)
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("database_rights")


def test_partitions_made_before_there_was_a_role_become_its_own(role):
    batch = ImportBatch.objects.order_by("pk").last()
    number = 1 + (batch.pk if batch else 10**9)
    with as_owner():
        run(f"CREATE TABLE finance_posting_b{number} PARTITION OF finance_posting FOR VALUES IN ({number})")
        database_roles.set_rights(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = %s", [f"finance_posting_b{number}"])
        assert cursor.fetchone()[0] == role
