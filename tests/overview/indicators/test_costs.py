"""The world is 11320 of the unit SD below TOP: 900 with a home, 100 without, and a credit of 50 without."""

from decimal import Decimal

import pytest

from finance.choices import Sensitivity
from goals import computed
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import CostCentreFactory
from tests.factories.services import ServiceFactory, UnitFactory, UnitParentFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(book, unit):
    UnitParentFactory(unit=unit, parent=UnitFactory(code="TOP"))
    book(202507, "900.00", ServiceFactory())
    book(202507, "100.00")
    book(202508, "-50.00")


def outcome():
    return computed.find("I16").compute(TODAY)


def test_shares_are_of_absolute_amounts_with_the_net_beside(world):
    found = outcome()
    assert (found.numerator, found.denominator) == (Decimal("900.00"), Decimal("1050.00"))
    assert (found.value, found.net) == (Decimal("85.7143"), Decimal("94.7368"))


def test_no_cost_is_no_data(book):
    assert outcome().value is None


@pytest.mark.parametrize("period", [202412, 202510, 202513, 202500])
def test_only_the_ordinary_months_of_the_year_up_to_the_day_count(world, book, period):
    before = outcome()
    book(period, "5000.00")
    assert outcome() == before


@pytest.mark.parametrize("more", [{"sensitivity": Sensitivity.SENSITIVE}, {"is_distribution": True}])
def test_salaries_and_distribution_leave_no_trace(world, book, more):
    before = outcome()
    book(202507, "7777.00", **more)
    assert outcome() == before


def test_each_unit_has_its_own_with_those_below(world, book):
    book(202507, "1050.00", ServiceFactory(), cost_centre=CostCentreFactory(unit=UnitFactory(code="X")))
    found = {each.code: each.outcome.value for each in computed.find("I16").by_unit(TODAY)}
    assert found == {"SD": Decimal("85.7143"), "TOP": Decimal("85.7143"), "X": Decimal("100.0000")}


def test_rows_are_those_that_the_reader_sees_and_how_many_more(world, book, boss):
    book(202507, "40.00", cost_centre=CostCentreFactory(code="999", name="Annans"))
    failing = computed.find("I16").failing
    mine = failing(TODAY, boss.user)
    assert ([(row.what, row.unit, row.amount) for row in mine.rows], mine.hidden) == (
        [("11320 Kostnadsställe 11320", "SD", Decimal("50.00"))],
        1,
    )
    assert len(failing(TODAY, UserFactory(role=Role.CONTROLLER)).rows) == 2
    nobody = failing(TODAY, UserFactory(role=Role.READER))
    assert (nobody.rows, nobody.hidden) == ((), 2)


def test_amounts_are_for_who_sees_all_open_cost(world, boss):
    sees = computed.find("I16").sees_amounts
    seen = {role for role in Role if sees(UserFactory(role=role), TODAY)}
    assert seen == {Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR}
    assert not sees(boss.user, TODAY)


def test_the_queries_do_not_grow(world, book, django_assert_num_queries):
    for each in range(9):
        book(202507, "10.00", cost_centre=CostCentreFactory(unit=UnitFactory(code=f"U{each}")))
    with django_assert_num_queries(1):
        outcome()
    with django_assert_num_queries(3):
        computed.find("I16").by_unit(TODAY)
