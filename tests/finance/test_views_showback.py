"""What a unit costs. January–July 2025 of the small ledger is asked for where nothing else is said."""

import csv
import io
import json
from decimal import Decimal

import pytest

from finance.actions import allocation
from tests.factories.finance import (
    AccountFactory,
    ConsumerFactory,
    DriverFactory,
    DriverValueFactory,
    RuleFactory,
)
from tests.factories.services import OverheadFactory, ServiceFactory
from tests.finance.ledger_world import AT
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
SHOWBACK = "/finance/showback/"


@pytest.fixture
def users(world):
    """E-post has ten users, twenty from May: 110 user months of January to July."""
    driver = DriverFactory(code="anvandare", name="Användare", unit="användare")
    for period, value in ((202401, 10), (202505, 20)):
        DriverValueFactory(driver=driver, cost_object_id=world.service.pk, period=Period(period), value=Decimal(value))
    return driver


def consumed(world, driver, consumer, value: int) -> None:
    target = world.service.pk
    DriverValueFactory(
        driver=driver, cost_object_id=target, consumer=consumer, period=Period(202401), value=Decimal(value)
    )


def shown(response, code: str):
    return next(row for row in response.context["page"].objects if row.code == code)


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_a_cost_per_user_and_month_is_the_cost_by_the_months_users(as_controller, users):
    row = shown(as_controller(SHOWBACK), "TJ1")
    assert row.this == Decimal("13.00")  # 1 300.10 by 4 × 10 + 3 × 20
    assert row.last == Decimal("3.57")  # 250.00 by 7 × 10
    assert row.units == Decimal(100) / 7


def test_without_units_there_is_a_dash_and_the_reason(as_controller, world, users):
    DriverValueFactory(driver=users, cost_object_id=world.service.pk, period=Period(202501), value=Decimal(0))
    DriverValueFactory(driver=users, cost_object_id=world.service.pk, period=Period(202504), value=Decimal(0))
    response = as_controller(SHOWBACK, **{"from": 202501, "to": 202504})
    row = shown(response, "TJ1")
    assert (row.this, row.difference) == (None, None)
    assert "0 användare: det finns inga att dela kostnaden på." in text(response)
    assert "nan" not in text(response).lower().split()


def test_a_cost_object_without_a_value_says_so(as_controller, world):
    DriverFactory(code="datorer", name="Datorer")
    assert shown(as_controller(SHOWBACK), "TJ1").why == "Datorer är inte angivet för de här månaderna."


def test_those_without_a_value_are_one_row_that_leads_to_them(as_controller, world, users):
    for number in range(3):
        other = ServiceFactory(code=f"TJ{number + 2}")
        RuleFactory(priority=number + 1, cost_object=other, conditions=[("account", "exact", f"5{number}99")])
        account = AccountFactory(code=f"5{number}99", group=world.licences.group)
        world.post(account, world.mine, 202506, "10.00")
    world.allocate()
    page = as_controller(SHOWBACK).context["page"]
    assert [row.code for row in page.shown] == ["TJ1"]
    assert (page.rest_count, page.rest) == (4, Decimal("730.00"))
    assert len(as_controller(page.all_url).context["page"].shown) == 5


def test_each_krona_is_counted_once(as_controller, users):
    page = as_controller(SHOWBACK).context["page"]
    assert sum(row.cost.this for row in page.objects) == page.total.this == Decimal("2000.10")
    assert page.proof.table.holds
    assert page.distribution == Decimal("33.00")


def test_what_is_passed_on_is_counted_where_it_ends(as_controller, world, users):
    overhead = OverheadFactory(code="OH1")
    RuleFactory(priority=1, cost_object=overhead, conditions=[("cost_centre", "exact", "11310")])
    RuleFactory(priority=2, passes_on_id=overhead.pk, cost_object=world.service)
    allocation.run(by=None, at=AT)
    response = as_controller(SHOWBACK)
    row = shown(response, "TJ1")
    assert row.received == Decimal("500.00")
    assert row.cost.this == Decimal("1500.10")
    assert "OH1" not in {row.code for row in response.context["page"].objects}
    assert response.context["page"].proof.table.holds


def test_every_cost_leads_to_rows_with_its_sum(as_controller, users):
    for row in as_controller(SHOWBACK).context["page"].objects:
        assert as_controller(row.url).context["page"].total == row.cost.this


def test_consumers_share_the_cost_to_the_ore(as_controller, world, users):
    for code, value in (("NAT", 3), ("HUM", 3)):
        consumer = ConsumerFactory(code=code, name=code)
        consumed(world, users, consumer, value)
    page = as_controller(SHOWBACK).context["page"]
    assert sum(row.cost.this for row in page.consumers) == page.total.this
    assert {row.code: row.units for row in page.consumers} == {"NAT": 3, "HUM": 3, "": None}
    # 400.10 × 3/10 of January, −50 + 350 in February, and 600.00 × 3/20 of July
    assert {row.cost.this for row in page.consumers if row.code} == {Decimal("300.03")}


def test_consumers_with_more_than_the_whole_are_said(as_controller, world, users):
    consumed(world, users, ConsumerFactory(), 99)
    assert "tillsammans mer än hela värdet" in text(as_controller(SHOWBACK))


def test_one_cost_object_is_drawn_against_last_year(as_controller, users):
    chart = as_controller(SHOWBACK, cost_object="TJ1").context["page"].chart
    assert [series.name for series in chart.legend] == ["2025", "2024"]
    assert "40,01\xa0kr" in chart.table.rows[0].cells[0].text


def test_an_owner_sees_the_open_cost_of_the_own_service(see, world, users):
    page = see(world.owner.user, SHOWBACK).context["page"]
    assert [row.code for row in page.objects] == ["TJ1"]
    assert page.proof is None


def test_a_reader_is_told_why_there_is_nothing(see, world, users):
    assert "Du har inga kostnader att visa här" in text(see(world.users[Role.READER], SHOWBACK))


def test_without_a_driver_a_controller_gets_to_add_one(as_controller):
    response = as_controller(SHOWBACK)
    assert "Det finns ingen fördelningsnyckel" in text(response)
    assert "/admin/finance/driver/add/" in text(response)


def test_an_unknown_driver_is_said(as_controller, users):
    response = as_controller(SHOWBACK, driver="hundar")
    assert "hundar är ingen fördelningsnyckel" in text(response)
    assert "page" not in response.context


def test_page_csv_and_json_show_the_same(as_controller, users):
    expected = [row.cost.this for row in as_controller(SHOWBACK).context["page"].objects]
    as_csv = list(
        csv.reader(io.StringIO(as_controller(SHOWBACK, format="csv").content.decode("utf-8-sig")), delimiter=";")
    )
    count = len(expected)
    assert [Decimal(row[3].replace(",", ".")) for row in as_csv[1 : count + 1]] == expected
    as_json = json.loads(as_controller(SHOWBACK, format="json").content)["rows"]
    assert [Decimal(row[3]) for row in as_json[:count]] == expected
