"""The page of a unit."""

import pytest
from django.urls import reverse

from finance.choices import Sensitivity
from tests.conftest import TODAY
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.finance import AccountGroupFactory, CostCentreFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from tests.factories.services import (
    MembershipFactory,
    OverheadFactory,
    PersonFactory,
    ServiceFactory,
    UnitFactory,
    UnitParentFactory,
)
from vp_portal.core.access import Role
from vp_portal.core.periods import since

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

NO_COST = "Du har inte behörighet att se kostnaden här"


def url(code: str = "SD") -> str:
    return reverse("overview:unit", args=[code])


def test_the_manager_sees_the_units_cost_with_salaries(text, boss, book):
    book(202407, "1000000", ServiceFactory(), sensitivity=Sensitivity.SENSITIVE)
    book(202507, "2000000", ServiceFactory(), sensitivity=Sensitivity.SENSITIVE)
    shown = text(boss.user, url())
    assert "2,0 Mkr" in shown
    assert "+100,0 %" in shown
    assert "ingår inte" not in shown


def test_management_sees_it_without_salaries_and_is_told_so(text, book):
    book(202507, "1000000", ServiceFactory())
    book(202507, "5000000", ServiceFactory(), sensitivity=Sensitivity.SENSITIVE)
    shown = text(UserFactory(role=Role.MANAGEMENT), url())
    assert "1,0 Mkr" in shown
    assert "Lönekostnader ingår inte" in shown


@pytest.mark.parametrize("role", [None, Role.READER, Role.PLAN_OWNER])
def test_others_see_people_and_cost_centres_but_no_money(text, book, unit, role):
    book(202507, "1234567", ServiceFactory())
    MembershipFactory(unit=unit, person=PersonFactory(name="Ida Drift"))
    shown = text(UserFactory(role=role), url())
    assert NO_COST in shown
    assert "1 235" not in shown
    assert "Ida Drift" in shown
    assert "11320" in shown


def test_another_units_manager_sees_no_money(text, book):
    other = PersonFactory(user=UserFactory())
    UnitFactory(manager=other)
    book(202507, "1234567", ServiceFactory())
    assert NO_COST in text(other.user, url())


def test_the_units_below_are_listed_and_in_the_sum(text, boss, unit, book):
    below = UnitFactory(code="LAG", name="Lagringsgruppen", parent=unit)
    book(202507, "1000000", ServiceFactory(), cost_centre=CostCentreFactory(code="11321", unit=below))
    shown = text(boss.user, url())
    assert "1,0 Mkr" in shown
    assert url("LAG") in shown
    assert "Ingen linjechef." in shown
    assert "11321" in shown


def test_a_unit_that_has_moved_stands_where_it_is_today(text, unit):
    below = UnitFactory(code="LAG", name="Lagringsgruppen")
    UnitParentFactory(unit=below, parent=unit, valid=since(TODAY.replace(year=2021), TODAY.replace(year=2022)))
    assert "Lagringsgruppen" not in text(UserFactory(), url())


def test_results_of_the_unit_stand_with_their_status(text, unit):
    CheckInFactory(result=ExpectedResultFactory(unit=unit, text="Driften är trygg."), comment="Nästan klart.")
    shown = text(UserFactory(), url())
    assert "Driften är trygg." in shown
    assert "Nästan klart." in shown


def test_those_who_may_are_led_to_a_new_manager(text):
    unit = UnitFactory()
    shown = text(AdminUserFactory(), url(unit.code))
    assert f"{reverse('admin:services_unitmanager_add')}?unit={unit.pk}" in shown


@pytest.mark.parametrize("code", ["finns-inte", "GAMMAL"])
def test_a_unit_that_is_not_there_is_not_found(client, code):
    UnitFactory(code="GAMMAL", valid=since(TODAY.replace(year=2010), TODAY.replace(year=2011)))
    client.force_login(UserFactory())
    assert client.get(url(code)).status_code == 404


def test_the_number_of_queries_does_not_follow_the_number_of_rows(queries, boss, unit, book):
    focus = ExpectedResultFactory().focus_area

    def grow() -> None:
        below = UnitFactory(parent=unit, manager=PersonFactory(unit=unit))
        MembershipFactory(unit=below)
        centre = CostCentreFactory(unit=below)
        book(202506, "100", OverheadFactory(), cost_centre=centre, account_group=AccountGroupFactory())
        CheckInFactory(result=ExpectedResultFactory(focus_area=focus, unit=below, owner=boss))

    grow()
    few = queries(boss.user, url())
    for _ in range(29):
        grow()
    assert queries(boss.user, url()) == few < 30
