"""Dated rows: one at a time, at least a day long."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from services.models import Assignment, CostOwner, UnitManager, UnitMembership, UnitParent
from tests.factories.services import (
    AssignmentFactory,
    CostOwnerFactory,
    MembershipFactory,
    PersonFactory,
    UnitFactory,
    UnitManagerFactory,
    UnitParentFactory,
)
from tests.models import refused
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db

LATER = since(dt.date(2025, 1, 1))
EMPTY = DateRange(dt.date(2025, 1, 1), dt.date(2025, 1, 1), "[)")
TOO_SHORT = ["Slutet måste ligga efter starten."]


def test_a_unit_has_one_manager_a_day():
    row = UnitManagerFactory()
    other = UnitManager(unit=row.unit, person=PersonFactory(), valid=LATER)
    assert refused(other) == ("services_unitmanager_one_manager_a_day", ["Enheten har redan en chef de dagarna."])


def test_a_manager_can_follow_another():
    row = UnitManagerFactory(valid=since(dt.date(2024, 1, 1), dt.date(2024, 12, 31)))
    following = UnitManager(unit=row.unit, person=PersonFactory(), valid=LATER)
    following.full_clean()
    following.save()


def test_a_unit_has_one_parent_a_day():
    row = UnitParentFactory()
    other = UnitParent(unit=row.unit, parent=UnitFactory(), valid=LATER)
    assert refused(other) == (
        "services_unitparent_one_parent_a_day",
        ["Enheten har redan en överordnad enhet de dagarna."],
    )


def test_a_person_has_one_unit_a_day():
    row = MembershipFactory()
    other = UnitMembership(person=row.person, unit=UnitFactory(), valid=LATER)
    assert refused(other) == ("services_unitmembership_one_unit_a_day", ["Personen har redan en enhet de dagarna."])


def test_a_cost_object_has_one_cost_owner_a_day():
    row = CostOwnerFactory()
    other = CostOwner(cost_object=row.cost_object, person=PersonFactory(), valid=LATER)
    assert refused(other) == (
        "services_costowner_one_owner_a_day",
        ["Kostnadsbäraren har redan en kostnadsägare de dagarna."],
    )


def test_a_person_has_a_task_once_a_day():
    row = AssignmentFactory()
    other = Assignment(person=row.person, cost_object=row.cost_object, task=row.task, share=10, valid=LATER)
    assert refused(other) == (
        "services_assignment_once_a_day",
        ["Personen har redan den arbetsuppgiften de dagarna."],
    )


def test_a_person_can_have_two_tasks_at_once():
    row = AssignmentFactory()
    Assignment(person=row.person, cost_object=row.cost_object, task="Support", share=10, valid=LATER).full_clean()


@pytest.mark.parametrize(
    "make",
    [UnitManagerFactory, UnitParentFactory, MembershipFactory, CostOwnerFactory, AssignmentFactory, UnitFactory],
)
def test_dates_hold_at_least_a_day(make):
    row = make()
    row.valid = EMPTY
    assert refused(row) == (f"services_{row._meta.model_name}_valid_not_empty", TOO_SHORT)
