"""The overview of a line manager."""

import datetime as dt

import pytest
from django.urls import reverse, reverse_lazy

from finance.models import PeriodLock
from goals.choices import Status
from tests.factories.finance import CostCentreFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from tests.factories.services import ServiceAreaFactory, ServiceFactory, UnitFactory
from vp_portal.core.periods import Period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


HOME = reverse_lazy("overview:home")
LOCKED_AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)


def test_cost_this_year_stands_against_the_same_months_last_year(text, boss, book):
    service = ServiceFactory()
    book(202407, "10000000", service)
    book(202408, "90000000", service)
    book(202507, "11000000", service)
    shown = text(boss.user, HOME)
    assert "11,0 Mkr" in shown
    assert "+10,0 %" in shown
    assert "mot 10,0 Mkr samma månader 2024" in shown


def test_the_largest_deviation_comes_first(text, boss, book):
    small, large = ServiceFactory(name="Lagring"), ServiceFactory(name="E-post")
    for service, last, this in ((small, "500000", "510000"), (large, "900000", "400000")):
        book(202407, last, service)
        book(202507, this, service)
    shown = text(boss.user, HOME)
    assert shown.index("E-post") < shown.index("Lagring")
    assert "−500" in shown


def test_what_lacks_a_home_is_a_row_a_figure_and_a_task(text, boss, book):
    book(202507, "184210", None)
    book(202507, "815790", ServiceFactory())
    shown = text(boss.user, HOME)
    assert "184 210 kr på kst 11320 saknar hemvist" in shown
    assert "18,4 %" in shown
    assert "unallocated=1&amp;cost_centre=11320" in shown


def test_another_units_money_is_not_there(text, boss, book):
    book(202507, "1000000", ServiceFactory())
    book(202507, "77000000", ServiceFactory(name="Hemlig"), cost_centre=CostCentreFactory(unit=UnitFactory()))
    shown = text(boss.user, HOME)
    assert "1,0 Mkr" in shown
    assert "Hemlig" not in shown


def test_the_units_below_are_in_the_sum_and_can_be_chosen(text, boss, unit, book):
    below = UnitFactory(code="LAG", name="Lagringsgruppen", parent=unit)
    book(202507, "1000000", ServiceFactory())
    book(202507, "2000000", ServiceFactory(), cost_centre=CostCentreFactory(unit=below))
    assert "3,0 Mkr" in text(boss.user, HOME)
    assert "2,0 Mkr" in text(boss.user, HOME + "?unit=LAG")
    assert "Systemdrift (+ 1 underenhet)" in text(boss.user, HOME)


@pytest.mark.parametrize("code", ["ANNAN", "finns-inte"])
def test_a_unit_that_is_not_mine_is_not_found(client, boss, unit, code):
    UnitFactory(code="ANNAN")
    client.force_login(boss.user)
    assert client.get(reverse("overview:home"), {"unit": code}).status_code == 404


@pytest.mark.parametrize("period", ["202506", "999999", "abc", "202513", "' or 1=1"])
def test_a_period_that_is_not_booked_gives_the_latest(text, boss, book, period):
    book(202507, "1000000", ServiceFactory())
    assert "1,0 Mkr" in text(boss.user, HOME + f"?period={period}")


def test_an_earlier_period_gives_the_year_up_to_it(text, boss, book):
    book(202506, "1000000", ServiceFactory())
    book(202507, "7000000", ServiceFactory())
    assert "1,0 Mkr" in text(boss.user, HOME + "?period=202506")


def test_my_results_come_with_status_and_comment_the_worst_first(text, boss, unit):
    good = ExpectedResultFactory(owner=boss, text="Det går bra.")
    bad = ExpectedResultFactory(owner=boss, focus_area=good.focus_area, text="Det går illa.")
    CheckInFactory(result=good)
    CheckInFactory(result=bad, status=Status.RISK, comment="Kompetens saknas.")
    ExpectedResultFactory(focus_area=good.focus_area, text="Någon annans.")
    shown = text(boss.user, HOME)
    assert shown.index("Det går illa.") < shown.index("Det går bra.")
    assert "Kompetens saknas." in shown
    assert "1 risk · 1 på plan" in shown
    assert "Någon annans." not in shown


def test_how_my_results_moved_is_told(text, boss, unit):
    result = ExpectedResultFactory(owner=boss)
    CheckInFactory(result=result)
    CheckInFactory(result=result, status=Status.RISK, made_at=dt.datetime(2025, 9, 3, tzinfo=dt.UTC), tertial="2025T2")
    assert "1 sämre sedan 31 aug" in text(boss.user, HOME)


def test_services_of_mine_without_a_cost_owner_are_a_task(text, boss, unit):
    ServiceFactory(name="Wifi", code="WIFI", area=ServiceAreaFactory(owner=boss, cost_owner=boss), owner=boss)
    shown = text(boss.user, HOME)
    assert "Wifi har ingen kostnadsägare" in shown
    assert reverse("overview:cost_object", args=["WIFI"]) in shown


def test_without_money_the_page_says_so(text, boss, unit):
    assert "Ingen ekonomi är importerad än." in text(boss.user, HOME)


def test_the_number_of_queries_does_not_follow_the_number_of_rows(queries, boss, unit, book):
    focus = ExpectedResultFactory(owner=boss).focus_area

    def grow() -> None:
        service = ServiceFactory(owner=boss)
        centre = CostCentreFactory(unit=UnitFactory(parent=unit))
        for period in (202407, 202506, 202507):
            book(period, "1000", service, cost_centre=centre)
            book(period, "100", None, cost_centre=centre)
        CheckInFactory(result=ExpectedResultFactory(owner=boss, unit=unit, focus_area=focus), made_by=boss.user)

    grow()
    few = queries(boss.user, HOME)
    for _ in range(29):
        grow()
    assert queries(boss.user, HOME) == few < 30


def test_a_result_that_sums_up_its_parts_unfolds_them_in_its_row(text, boss):
    whole = ExpectedResultFactory(owner=boss)
    for progress in (20, 60):
        CheckInFactory(result=ExpectedResultFactory(parent=whole), progress=progress)
    shown = text(boss.user, HOME).partition("Mina förväntade resultat")[2]
    parts = shown.partition("av delarna")[2].partition("</details>")[0]
    assert [f"{whole.number}.{part}</a>" in parts for part in (1, 2)] == [True, True]
    assert "20 %" in parts
    assert "60 %" in parts


@pytest.mark.parametrize(("locked", "said"), [(False, "perioden är öppen"), (True, "perioden är låst")])
@pytest.mark.parametrize("page", ["home", "unit", "cost_object"])
def test_each_overview_says_how_fresh_its_money_is(text, boss, book, page, locked, said):
    service = ServiceFactory(code="TJ1")
    book(202507, "1000000", service)
    if locked:
        PeriodLock.objects.create(period=Period(202507), locked_at=LOCKED_AT, reason="Bokslut")
    where = {"home": [], "unit": ["SD"], "cost_object": ["TJ1"]}[page]
    shown = text(boss.user, reverse(f"overview:{page}", args=where))
    assert "Ekonomin är uppdaterad t.o.m. 2025-07" in shown
    assert said in shown
