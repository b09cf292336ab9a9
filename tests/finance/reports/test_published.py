"""Others' salaries as sums per unit and month: who gets them, for which units, and what they hold."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.choices import Sensitivity
from finance.reports.published import published
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import AccountGroupFactory, CostCentreFactory, RollupFactory, RunFactory
from tests.factories.services import (
    MembershipFactory,
    PersonFactory,
    UnitFactory,
    UnitManagerFactory,
    UnitParentFactory,
)
from vp_portal.core.access import Role
from vp_portal.core.periods import Period, since

pytestmark = pytest.mark.django_db

MARCH = Period(202503)


class Department:
    """A top of three people with two units of six and five; every unit's salaries in March are its number × 100."""

    def __init__(self) -> None:
        self.run, self.group = RunFactory(), AccountGroupFactory()
        self.top = UnitFactory(code="T")
        self.large, self.small = UnitFactory(code="L", parent=self.top), UnitFactory(code="S", parent=self.top)
        for unit, count, amount in ((self.top, 3, "100"), (self.large, 6, "200"), (self.small, 5, "300")):
            self.centre = CostCentreFactory(unit=unit)
            for _ in range(count):
                PersonFactory(unit=unit)
            self.pay(self.centre, amount)

    def pay(self, centre, amount, **fields):
        values = {"period": MARCH, "sensitivity": Sensitivity.SENSITIVE, "account_group": self.group, **fields}
        RollupFactory(run=self.run, cost_centre=centre, amount=Decimal(amount), **values)

    def told(self, user=None, period=MARCH):
        found = published(user or UserFactory(role=Role.MANAGEMENT), TODAY, [period]).get(period, {})
        names = {unit.pk: unit.code for unit in (self.top, self.large, self.small)}
        return {names[pk]: amount for pk, amount in found.items()}


@pytest.fixture
def department():
    return Department()


def test_the_smallest_unit_hides_the_three_that_would_remain(department):
    assert department.told() == {"T": Decimal("600.00"), "L": Decimal("200.00")}


@pytest.mark.parametrize("role", [None, Role.READER, Role.PLAN_OWNER, Role.CONTROLLER])
def test_only_those_who_see_all_that_is_open_get_the_sums(department, role):
    assert department.told(UserFactory(role=role)) == {}


def test_administrators_get_them(department):
    assert set(department.told(UserFactory(role=Role.ADMINISTRATOR))) == {"T", "L"}


def test_open_cost_and_sick_pay_are_not_in_the_sums(department):
    department.pay(department.centre, "7000", sensitivity=Sensitivity.MORE_SENSITIVE)
    department.pay(department.centre, "9000", sensitivity=Sensitivity.OPEN)
    assert department.told()["T"] == Decimal("600.00")


def test_neither_are_distribution_accounts_and_special_periods(department):
    department.pay(department.centre, "7000", is_distribution=True)
    department.pay(department.centre, "7000", period=Period(202500))
    assert department.told()["T"] == Decimal("600.00")
    assert department.told(period=Period(202500)) == {}


def test_who_left_before_the_month_does_not_count(department):
    for row in list(department.large.memberships.all())[:2]:
        row.valid = since(dt.date(2020, 1, 1), dt.date(2025, 2, 28))
        row.save()
    assert set(department.told()) == {"T", "S"}


def test_who_left_during_the_month_does(department):
    row = department.large.memberships.first()
    row.valid = since(dt.date(2020, 1, 1), dt.date(2025, 3, 3))
    row.save()
    assert set(department.told()) == {"T", "L"}


def test_a_unit_counts_where_it_was_in_the_month(department):
    row = department.large.parent_rows.get()
    row.valid = since(dt.date(2025, 4, 1))
    row.save()
    assert department.told() == {"T": Decimal("400.00"), "L": Decimal("200.00")}


def test_salaries_on_a_cost_centre_of_no_unit_are_told_nowhere(department):
    department.pay(CostCentreFactory(), "5000")
    assert department.told()["T"] == Decimal("600.00")


def test_a_manager_in_the_management_gets_no_sum_that_own_rows_would_cut_down_to_a_few(department):
    boss = PersonFactory(user=UserFactory(role=Role.MANAGEMENT))
    for _ in range(2):
        MembershipFactory(person=PersonFactory(), unit=department.small, valid=since(dt.date(2020, 1, 1)))
    assert set(department.told()) == {"T", "S"}
    UnitManagerFactory(unit=department.large, person=boss)
    assert department.told(boss.user) == {"T": Decimal("600.00")}


def test_a_circle_in_the_tree_is_told_nowhere(department):
    UnitParentFactory(unit=department.top, parent=department.small)
    assert department.told() == {}


def test_the_number_of_queries_does_not_grow(department, django_assert_num_queries):
    user = UserFactory(role=Role.MANAGEMENT)
    published(user, TODAY, [MARCH])
    with django_assert_num_queries(4):
        published(user, TODAY, [MARCH, Period(202502)])
