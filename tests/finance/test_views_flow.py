"""Where the money went. January–July 2025 of the small ledger is asked for where nothing else is said."""

import csv
import io
import json
from decimal import Decimal

import pytest

from finance.reports import money_flow
from tests.factories.finance import CostCentreFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
FLOW = "/finance/flow/"


def test_the_paths_are_the_cost_of_the_ledger(as_controller):
    page = as_controller(FLOW).context["page"]
    assert page.total == sum(path.amount for path in page.paths) == Decimal("2000.10")
    assert page.proof.table.holds


@pytest.mark.parametrize("who", ["controller", "chef", "owner"])
def test_every_path_and_band_leads_to_rows_with_its_sum(see, world, who):
    user = {"controller": world.users[Role.CONTROLLER], "chef": world.manager.user, "owner": world.owner.user}[who]
    page = see(user, FLOW).context["page"]
    for path in page.paths:
        assert see(user, path.url).context["page"].total == path.amount
    assert page.chart.bands
    for drawn in (*page.chart.bands, *page.chart.bars):
        total = see(user, drawn.url).context["page"].total
        words = drawn.title.rpartition(": ")[2]
        assert words.replace("\xa0", "").removesuffix("kr") == f"{total.quantize(Decimal(1), 'ROUND_HALF_UP')}"


def test_small_stops_are_one_that_leads_to_its_rows(as_controller, world):
    for number in range(12):
        centre = CostCentreFactory(code=f"12{number:03}")
        world.post(world.licences, centre, 202506, f"{number + 1}.00")
    world.allocate()
    page = as_controller(FLOW).context["page"]
    rest = next(bar for bar in page.chart.bars if bar.name.startswith("Övrigt"))
    assert rest.name == "Övrigt (4)"
    assert as_controller(rest.url).context["page"].total == sum(range(1, 5))


def test_too_many_codes_for_an_address_lead_to_the_economy(as_controller, monkeypatch, world):
    monkeypatch.setattr(money_flow, "_LONGEST", 3)
    page = as_controller(FLOW).context["page"]
    band = page.chart.bands[0]
    assert band.url.startswith("/finance/?")
    assert as_controller(band.url).status_code == 200


def test_a_credit_is_drawn_as_one(as_controller, world):
    world.post(world.licences, world.other, 202506, "-900.00")
    world.allocate()
    response = as_controller(FLOW)
    assert response.context["page"].chart.has_negative
    assert "kreditering" in response.content.decode()


def test_the_filter_narrows_picture_and_table(as_controller):
    page = as_controller(FLOW, cost_centre="11310").context["page"]
    assert page.total == Decimal("500.00")
    assert {path.codes[1] for path in page.paths} == {"11310"}


def test_an_owner_sees_no_salaries_in_it(see, world):
    page = see(world.owner.user, FLOW).context["page"]
    assert page.total == Decimal("1300.10")
    assert page.proof is None
    assert page.left_out.partly or page.left_out.salaries


def test_a_reader_is_told_why_there_is_nothing(see, world):
    response = see(world.users[Role.READER], FLOW)
    assert "page" not in response.context
    assert "Du har inga kostnader att visa här" in response.content.decode()


def test_page_csv_and_json_show_the_same(as_controller):
    expected = [path.amount for path in as_controller(FLOW).context["page"].paths]
    text = as_controller(FLOW, format="csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:-1]
    assert [Decimal(row[-1].replace(",", ".")) for row in rows] == expected
    as_json = json.loads(as_controller(FLOW, format="json").content)
    assert [Decimal(row[-1]) for row in as_json["rows"][:-1]] == expected


def test_months_without_rows_are_said_to_have_none(as_controller):
    response = as_controller(FLOW, **{"from": 202506, "to": 202506})
    assert "Inget är bokfört i urvalet" in response.content.decode()
