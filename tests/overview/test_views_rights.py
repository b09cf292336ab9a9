"""Who may do what, for administrators."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from tests.conftest import TODAY
from tests.factories.core import AdminUserFactory, RoleGrantFactory, UserFactory
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.overview.reports import rights

pytestmark = pytest.mark.django_db

PATH = "/rights/"


@pytest.fixture
def department(today):
    """A controller by grant, a manager and a cost owner by their rows, and someone whose role is over."""
    UserFactory(username="kim", first_name="Kim", last_name="Kontroll", role=Role.CONTROLLER)
    UnitFactory(code="DRIFT", name="Drift", manager=PersonFactory(name="Maja Chef", user=UserFactory(username="maja")))
    ServiceFactory(code="TJ1", name="E-post", cost_owner=PersonFactory(name="Olle Ägare", user=None))
    past = DateRange(dt.date(2024, 1, 1), TODAY)
    RoleGrantFactory(user=UserFactory(username="gammal"), role=Role.MANAGEMENT, valid=past)


@pytest.fixture
def boss(client, today):
    user = UserFactory(username="chefen", role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def told(**wanted):
    return [(each.role, each.name, each.can_sign_in) for each in rights.held(TODAY, **wanted)]


def test_everyone_who_holds_something_today_is_told(department):
    assert told() == [
        ("controller", "Kim Kontroll", True),
        ("line_manager", "Maja Chef", True),
        ("cost_owner", "Olle Ägare", False),
    ]


def test_what_it_is_about_is_told(department):
    assert [each.about for each in rights.held(TODAY, role="cost_owner")] == ["TJ1 E-post"]
    assert ["Drift" in each.about for each in rights.held(TODAY, role="line_manager")] == [True]


def test_the_day_that_a_grant_ends_is_told_as_its_last(today):
    valid = DateRange(dt.date(2025, 9, 1), dt.date(2025, 10, 1))
    RoleGrantFactory(role=Role.READER, valid=valid, reason="Vikariat")
    (row,) = rights.held(TODAY)
    assert (row.first_day, row.last_day) == (dt.date(2025, 9, 1), dt.date(2025, 9, 30))
    assert row.why == "Administratör: Vikariat"


def test_the_break_glass_account_is_told(today):
    AdminUserFactory(username="nodkonto")
    assert "superuser" in [each.role for each in rights.held(TODAY)]


def test_the_page_is_narrowed_by_role_and_by_text(client, boss, department):
    page = client.get(PATH, {"role": "line_manager"}).content.decode()
    assert ("Maja Chef" in page, "Kim Kontroll" in page) == (True, False)
    page = client.get(PATH, {"q": "e-post"}).content.decode()
    assert ("Olle Ägare" in page, "kan inte logga in" in page, "Maja Chef" in page) == (True, True, False)
    assert "Ingen har det" in client.get(PATH, {"q": "finns inte"}).content.decode()


@pytest.mark.parametrize("query", [{"role": "hittepå"}, {"page": "x"}, {"page": "99"}, {"view": "x"}, {"q": "x" * 999}])
def test_a_filter_that_makes_no_sense_is_no_error(client, boss, query):
    assert client.get(PATH, query).status_code == 200


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_what_is_shown_goes_out_as_a_file_and_is_recorded(client, boss, department, fmt):
    answer = client.get(PATH, {"format": fmt, "role": "cost_owner"})
    assert f"{TODAY}.{fmt}" in answer.headers["Content-Disposition"]
    assert AuditEntry.objects.get(event=AuditEvent.EXPORT).user_id == boss.pk
    if fmt == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert [row[1] for row in rows] == ["Namn", "Olle Ägare"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_sees_it(client, today, role):
    client.force_login(UserFactory(role=role))
    assert client.get(PATH).status_code == 403


def test_what_each_role_may_do_follows_the_table(client, boss):
    page = client.get(PATH, {"view": "registers"}).content.decode()
    assert "se, lägga till, ändra, ta bort" in page
    page = client.get(PATH, {"view": "pages"}).content.decode()
    assert "/finance/imports/…/undo/" in page
    assert "andras" in page


def test_every_role_of_the_table_has_a_word():
    assert set(rights.askers()) <= set(rights.ROLES)
    assert all(cell for row in rights.pages() for cell in row.cells)


def test_many_take_no_more_queries_than_few(client, boss, department):
    counts = []
    for more in (0, 30):
        for number in range(more):
            UnitFactory(manager=PersonFactory(user=UserFactory()))
            RoleGrantFactory(role=Role.READER)
            ServiceFactory(cost_owner=PersonFactory(name=f"Ägare {number}"))
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH)
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30
