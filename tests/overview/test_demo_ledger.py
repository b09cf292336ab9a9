"""The demo's generated ledger, before anything is booked."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from vp_portal.core.periods import Period, Tertial
from vp_portal.overview.demo.booking import HEADER, LedgerFiles
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import FIXTURES, rows
from vp_portal.overview.demo.ledger import Ledger, Line

TODAY = dt.date(2025, 9, 15)
PERSONAL_NUMBER = re.compile(r"\b(19|20)?\d{6}[-+]\d{4}\b|\b(19|20)\d{10}\b")


@pytest.fixture(scope="module")
def lines() -> dict[Period, list[Line]]:
    return dict(Ledger(Calendar(TODAY).periods, 60_000).months())


def cost(lines: dict[Period, list[Line]], year: int) -> Decimal:
    costs = (x.amount for p, month in lines.items() if p.year == year for x in month if x.stream.account[0] in "456")
    return sum(costs, Decimal(0))


def test_a_calendar_reads_fixed_and_moving_days():
    calendar = Calendar(TODAY)
    days = [calendar.day(text) for text in ("", "2019-04-01", "M-14")]
    assert days == [None, dt.date(2019, 4, 1), dt.date(2024, 7, 1)]
    assert calendar.tertial("T-2") == calendar.tertial("-2") == Tertial(2025, 1)


def test_thirty_months_end_before_this_one(lines):
    assert (min(lines), max(lines), len(lines)) == (202303, 202508, 30)


@pytest.mark.parametrize("number", [300, 601, 6_000])
def test_the_number_of_postings_is_the_one_asked_for(number):
    assert sum(len(month) for _, month in Ledger(Calendar(TODAY).periods, number).months()) == number


def test_a_year_costs_what_sixty_people_with_their_services_cost(lines):
    assert 90_000_000 < cost(lines, 2024) < 120_000_000


def test_fewer_rows_hold_about_the_same_money(lines):
    few = dict(Ledger(Calendar(TODAY).periods, 6_000).months())
    assert abs(cost(few, 2024) / cost(lines, 2024) - 1) < Decimal("0.05")


def test_distributed_overhead_adds_up_to_nothing_every_month(lines):
    for month in lines.values():
        shares = [line.amount for line in month if line.stream.account == "58991"]
        assert len(shares) > 8
        assert abs(sum(shares)) < 1  # the öre of a year that twelve does not divide


def test_pay_is_booked_every_month_on_every_cost_centre_with_staff(lines):
    centres = {row["cost_centre"] for row in rows("demo/salaries")}
    for month in lines.values():
        assert {line.stream.cost_centre for line in month if line.stream.account == "40111"} == centres


def test_no_row_about_pay_names_anyone(lines):
    names = {part for row in rows("demo/people") for part in row["name"].split()}
    texts = {line.text for month in lines.values() for line in month if line.stream.series == "LÖ"}
    assert texts
    assert not [text for text in texts if names & set(text.split())]


def test_some_invoices_are_credited(lines):
    invoices = [line for month in lines.values() for line in month if line.stream.series == "LF"]
    credited = [line for line in invoices if line.text.startswith("Kredit: ")]
    assert 0.005 < len(credited) / len(invoices) < 0.05
    assert all(line.amount < 0 for line in credited)


def test_a_yearly_licence_falls_in_one_month(lines):
    mail = ("013101", "57211")
    months = {p.month for p, month in lines.items() for x in month if (x.stream.project, x.stream.account) == mail}
    assert months == {1}


def test_the_same_day_and_number_give_the_same_files(settings, tmp_path):
    written = []
    for name in ("first", "second"):
        settings.VAR_DIR = tmp_path / name
        written.append([path.read_bytes() for _, path in LedgerFiles(Calendar(TODAY), 600).write()])
    assert written[0] == written[1]


def test_files_look_like_the_finance_systems_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    text = next(iter(LedgerFiles(Calendar(TODAY), 6_000).write()))[1].read_bytes().decode("cp1252")
    header, first, *_, last = text.removesuffix("\r\n").split("\r\n")
    assert header.split(";") == HEADER
    assert first.startswith("202303;")
    assert re.fullmatch(r"Summa;+-?\d+,\d\d", last)
    assert "Avtalsförsäkring 2023-03" in text


def test_no_fixture_holds_a_personal_number():
    for path in FIXTURES.rglob("*.*"):
        assert not PERSONAL_NUMBER.search(path.read_text(encoding="utf-8")), path
