"""What is gone from a register is still found, with its history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import SubPortfolio, UnitManager
from tests.core.registers import address
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.services import PersonFactory, SubPortfolioFactory, UnitFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = AdminUserFactory(role=Role.CONTROLLER, first_name="Åsa", last_name="Ek")
    client.force_login(user)
    return user


def gone(row, by=None, reason=""):
    row._history_user, row._change_reason = by, reason
    row.delete()


def test_a_row_that_is_gone_is_listed_with_who_and_why_and_leads_to_its_history(client, boss):
    portfolio = SubPortfolioFactory(name="En portfölj som ströks")
    key = portfolio.pk
    gone(portfolio, boss, "Dubblett")
    page = client.get(address(SubPortfolio, "deleted")).content.decode()
    assert [word in page for word in ("En portfölj som ströks", "Åsa Ek", "Dubblett")] == [True] * 3
    assert f'href="{address(SubPortfolio, "history", key)}"' in page
    assert "Borttagen" in client.get(address(SubPortfolio, "history", key)).content.decode()


def test_what_is_there_is_not_listed_and_what_came_back_is_not_either(client, boss):
    kept, back = SubPortfolioFactory(name="Kvar"), SubPortfolioFactory(name="Tillbaka")
    gone(back)
    SubPortfolio.history.filter(id=kept.pk).latest().instance.save()
    SubPortfolio.history.filter(name="Tillbaka").earliest().instance.save()
    page = client.get(address(SubPortfolio, "deleted")).content.decode()
    assert not [name for name in ("Kvar", "Tillbaka") if name in page]
    assert "Ingenting är borttaget" in page


def test_the_list_of_rows_leads_there(client, boss):
    assert address(SubPortfolio, "deleted") in client.get(address(SubPortfolio, "changelist")).content.decode()


def test_a_row_whose_own_rows_are_gone_too_is_told_by_its_number(client, boss):
    person = PersonFactory()
    row = UnitFactory(manager=person).manager_rows.get()
    key = row.pk
    row.delete()
    person.delete()
    assert f"linjechef {key}" in client.get(address(UnitManager, "deleted")).content.decode()


def test_a_long_list_takes_no_more_queries_than_a_short_one(client, boss):
    counts = []
    for rows in (1, 12):
        for _each in range(rows):
            gone(UnitFactory(manager=PersonFactory()).manager_rows.get(), boss)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(UnitManager, "deleted"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_may_not_see_the_register_sees_nothing_of_what_was_in_it(client):
    client.force_login(UserFactory(role=Role.READER))
    assert client.get(address(SubPortfolio, "deleted")).status_code == 403
