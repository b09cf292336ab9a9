import datetime as dt

import pytest

from finance.reports.selection import Codes, Selection, specials
from vp_portal.core.periods import Period

ON = dt.date(2025, 9, 15)


def test_a_selection_is_written_as_an_address_without_what_is_not_chosen():
    chosen = Selection(ON, Period(202501), Period(202507), cost_centres=Codes(("11320", "11310"), (1, 2)))
    assert chosen.query() == {"from": "202501", "to": "202507", "cost_centre": "11320;11310"}
    assert chosen.rows_url(kind="cost") == (
        "/finance/postings/?from=202501&to=202507&cost_centre=11320%3B11310&kind=cost"
    )


def test_a_changed_part_replaces_the_old():
    chosen = Selection(ON, Period(202501), Period(202507), groups=Codes(("state.it",), (1,)), kind="cost")
    assert chosen.query(group="state.personal", kind="") == {
        "from": "202501",
        "to": "202507",
        "group": "state.personal",
    }


def test_last_year_is_the_same_months():
    before = Selection(ON, Period(202411), Period(202502)).last_year
    assert (before.first, before.last) == (202311, 202402)


def test_the_special_periods_of_some_years():
    assert specials(Period(202411), Period(202502)) == [202400, 202413, 202500, 202513]


@pytest.mark.django_db
def test_a_turn_of_the_year_leaves_its_special_periods_out(as_controller, world):
    world.post(world.licences, world.mine, 202413, "70.00")
    world.allocate()
    page = as_controller("/finance/postings/", **{"from": "202411", "to": "202501"}).context["page"]
    assert sorted(row.period for row in page.rows) == [202411, 202501]
