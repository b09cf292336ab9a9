"""Which rows concern a line manager: by the unit that the cost centre belonged to when they were booked."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.choices import Sensitivity
from finance.models import CostRollup, Posting
from finance.models.concerned import Days, concerned
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import (
    AccountFactory,
    CodeStringFactory,
    CostCentreFactory,
    CostCentreUnitFactory,
    PostingFactory,
    RollupFactory,
)
from tests.factories.services import PersonFactory, UnitFactory, UnitManagerFactory, UnitParentFactory
from vp_portal.core.periods import Period, since

MOVE = dt.date(2025, 4, 1)


@pytest.fixture
def boss(db):
    return PersonFactory(user=UserFactory())


@pytest.fixture
def unit(boss):
    return UnitFactory(manager=boss)


def seen(user, centre) -> dict[int, set[bool]]:
    """Period → which rows the user sees in March and April: open (False), sensitive (True). Sums and rows agree."""
    group = AccountFactory().group
    for sensitivity in (Sensitivity.OPEN, Sensitivity.SENSITIVE):
        string = CodeStringFactory(account=AccountFactory(group=group, sensitivity=sensitivity), cost_centre=centre)
        for period in (202503, 202504):
            PostingFactory(code_string=string, period=Period(period))
            RollupFactory(
                run=CostRollup.objects.first().run if CostRollup.objects.exists() else RollupFactory().run,
                cost_centre=centre,
                account_group=group,
                period=period,
                sensitivity=sensitivity,
            )
    rows = Posting.objects.visible_to(user, TODAY).values_list("period", "code_string__account__sensitivity")
    sums = CostRollup.objects.visible_to(user, TODAY).values_list("period", "sensitivity")
    assert set(rows) == set(sums)
    return {month: {bool(level) for period, level in rows if period == month} for month in (202503, 202504)}


def test_an_old_unit_keeps_what_was_booked_before_a_cost_centre_left_it(boss, unit):
    centre = CostCentreFactory()
    CostCentreUnitFactory(cost_centre=centre, unit=unit, valid=since(dt.date(2020, 1, 1), dt.date(2025, 3, 31)))
    CostCentreUnitFactory(cost_centre=centre, unit=UnitFactory(), valid=since(MOVE))
    assert seen(boss.user, centre) == {202503: {False, True}, 202504: set()}


def test_a_new_unit_sees_the_open_cost_from_before_but_no_salaries_of_it(boss, unit):
    centre = CostCentreFactory()
    CostCentreUnitFactory(cost_centre=centre, unit=unit, valid=since(MOVE))
    assert seen(boss.user, centre) == {202503: {False}, 202504: {False, True}}


def test_so_does_the_manager_above_a_unit_that_was_moved_here(boss, unit):
    below = UnitFactory()
    UnitParentFactory(unit=below, parent=unit, valid=since(MOVE))
    assert seen(boss.user, CostCentreFactory(unit=below)) == {202503: {False}, 202504: {False, True}}


def test_a_manager_sees_all_levels_below(boss, unit):
    lowest = UnitFactory(parent=UnitFactory(parent=unit))
    assert seen(boss.user, CostCentreFactory(unit=lowest)) == {202503: {False, True}, 202504: {False, True}}


def test_who_is_manager_no_longer_sees_nothing_at_once(boss):
    former = UnitFactory()
    UnitManagerFactory(unit=former, person=boss, valid=since(dt.date(2020, 1, 1), TODAY - dt.timedelta(days=1)))
    assert seen(boss.user, CostCentreFactory(unit=former)) == {202503: set(), 202504: set()}


def test_a_circle_in_the_tree_ends(boss, unit):
    below = UnitFactory(parent=unit)
    UnitParentFactory(unit=unit, parent=below)
    assert {pk for pk, _days in concerned(boss.user, TODAY).units} == {unit.pk, below.pk}


@given(
    st.none() | st.dates(dt.date(2019, 1, 1), dt.date(2022, 12, 31)),
    st.none() | st.dates(dt.date(2019, 1, 1), dt.date(2022, 12, 31)),
    st.integers(2019, 2022),
    st.integers(0, 13),
)
def test_a_period_is_in_a_stretch_when_its_last_day_is(first, end, year, month):
    days, period = Days(first, end), Period(year * 100 + month)
    if first and end and first >= end:
        return
    stretch = days.periods()
    assert (stretch is not None and stretch[0] <= period <= stretch[1]) == (period.last_day in days)
