import datetime as dt
from decimal import Decimal

import pytest

from goals import computed
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import BatchFactory
from tests.factories.goals import FollowUpRulesFactory, PlanFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
OCT_20 = dt.date(2025, 10, 20)


def value(code, on=TODAY):
    return computed.find(code).compute(on).value


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (dt.date(2025, 9, 15), 0),  # July is in, August may still come.
        (dt.date(2025, 9, 16), 1),
        (dt.date(2025, 10, 15), 1),
        (dt.date(2025, 10, 16), 2),
    ],
)
def test_a_month_is_late_when_its_import_day_has_passed(book, on, months):
    book(202507, "1.00")
    assert value("P2", on) == months


def test_the_import_day_is_a_rule_of_the_plan(book):
    book(202507, "1.00")
    FollowUpRulesFactory(plan=PlanFactory(), import_days=40)
    assert value("P2", dt.date(2025, 9, 16)) == 0


def test_before_anything_is_in_there_is_no_data():
    assert value("P2") is None
    assert value("P3") is None


def test_the_rows_are_the_months_with_the_import_for_controllers(book):
    book(202507, "1.00")
    failing = computed.find("P2").failing
    rows = failing(OCT_20, UserFactory(role=Role.CONTROLLER)).rows
    assert [(row.what, row.repair) for row in rows] == [
        ("Augusti\u00a02025", "/finance/imports/new/"),
        ("September\u00a02025", "/finance/imports/new/"),
    ]
    assert {row.repair for row in failing(OCT_20, UserFactory(role=Role.READER)).rows} == {""}


def test_a_file_differs_from_its_control_total_while_it_counts():
    day = dt.datetime(2025, 9, 1, 8, tzinfo=dt.UTC)
    BatchFactory(total=Decimal(100), stated_total=Decimal(100), booked_at=day)
    gone = BatchFactory(total=Decimal(100), stated_total=Decimal(90), booked_at=day)
    BatchFactory(total=Decimal(100), booked_at=day + dt.timedelta(days=30), stated_total=Decimal(1))
    found = computed.find("P3").compute(TODAY)
    assert (found.value, found.denominator) == (1, 2)
    type(gone).objects.filter(pk=gone.pk).update(ended_at=day + dt.timedelta(days=20))
    assert (value("P3"), value("P3", dt.date(2025, 9, 22))) == (1, 0)
    assert value("P3", dt.date(2025, 8, 1)) is None


def test_the_files_are_for_those_who_see_imports():
    BatchFactory(total=Decimal(100), stated_total=Decimal(90), file_name="juli.csv")
    failing = computed.find("P3").failing
    [row] = failing(TODAY, UserFactory(role=Role.CONTROLLER)).rows
    assert (row.what, row.amount) == ("juli.csv", 10)
    assert failing(TODAY, UserFactory(role=Role.PLAN_OWNER)) == computed.Failing(hidden=1)
