from decimal import Decimal

import pytest

from goals import computed
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.services import AssignmentFactory, PersonFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.overview import reference

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(db):
    return UnitFactory(code="SD", manager=PersonFactory(user=UserFactory()))


@pytest.fixture
def staffed(unit):
    """`staffed("Name", 60, 40)` works in the unit with those shares."""

    def staffed(name, *shares, unit=unit):
        person = PersonFactory(name=name, unit=unit)
        for place, share in enumerate(shares):
            AssignmentFactory(person=person, task=f"Uppgift {place}", share=Decimal(share))
        return person

    return staffed


def made(code):
    found = computed.find(code).compute(TODAY)
    return found.value, found.numerator, found.denominator


def failing(code, user):
    reference.load()  # gives the roles their rights
    return computed.find(code).failing(TODAY, user)


def test_shares_of_95_to_105_are_whole(staffed):
    for name, shares in [("A", [95]), ("B", [60, 45]), ("C", [94]), ("D", [60, 46]), ("E", [])]:
        staffed(name, *shares)
    assert made("I15") == (40, 2, 5)


def test_more_than_a_hundred_is_too_much(staffed):
    for name, shares in [("A", [100]), ("B", [60, 41]), ("C", [])]:
        staffed(name, *shares)
    assert made("I11") == (50, 1, 2)


@pytest.mark.parametrize("code", ["I11", "I15"])
def test_nobody_is_no_data(code):
    assert made(code) == (None, 0, 0)


def test_who_left_before_the_day_does_not_count(staffed):
    PersonFactory(name="Ingen enhet")
    staffed("A", 100)
    assert made("I15") == (100, 1, 1)


def test_a_manager_sees_the_own_and_how_many_more(staffed, unit):
    staffed("Mina", 50)
    staffed("Andras", 50, unit=UnitFactory(code="X"))
    boss = unit.manager_rows.get().person.user
    found = failing("I15", boss)
    assert ([row.what for row in found.rows], found.hidden) == (["Mina"], 1)


def test_a_reader_sees_the_own_row_and_the_plan_owner_all_with_the_repair(staffed):
    person = staffed("Mina", 50)
    staffed("Andras", 50)
    person.user = UserFactory(role=Role.READER)
    person.save()
    assert [row.what for row in failing("I15", person.user).rows] == ["Mina"]
    found = failing("I15", UserFactory(role=Role.PLAN_OWNER))
    assert ([row.what for row in found.rows], found.hidden) == (["Andras", "Mina"], 0)
    assert found.rows[1].repair == f"/admin/services/assignment/?q={person.code}"


def test_one_query_for_any_number(staffed, django_assert_num_queries):
    for each in range(9):
        staffed(f"P{each}", 100)
    with django_assert_num_queries(1):
        made("I15")
