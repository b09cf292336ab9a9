"""The list of measures, the page of a definition, and where a result's page shows claim and evidence."""

import datetime as dt
from decimal import Decimal

import pytest

from goals import computed
from goals.choices import Direction, IndicatorKind, Status
from goals.computed import Definition, Failing, FailingRow, UnitValue, ratio
from goals.models import Indicator
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.goals import (
    CheckInFactory,
    ComputedIndicatorFactory,
    IndicatorFactory,
    IndicatorReadingFactory,
    IndicatorSnapshotFactory,
)
from vp_portal.core.access import Role
from vp_portal.core.spreadsheets import read_csv

pytestmark = pytest.mark.django_db
ROWS = tuple(FailingRow(f"Rad {n}", "Saknas", "/plan/", "/plan/", "Rätta", f"E{n % 2}", Decimal(n)) for n in range(60))


def rows_of(response):
    return read_csv(response.content)[1]


@pytest.fixture
def defined(monkeypatch):
    """X1: 7 of 8, with sixty rows for everybody and three that nobody sees, and one unit."""
    definition = Definition(
        "X1",
        "Hel och ren",
        "%",
        Direction.UP,
        "Så räknas det.",
        lambda on: ratio(7, 8, net=(3, 4)),
        failing=lambda on, user: Failing(ROWS, 3),
        by_unit=lambda on: [UnitValue("SD", "Systemdrift", 0, ratio(1, 2))],
        sees_amounts=lambda user, on: user.username == "ser",
    )
    monkeypatch.setattr(computed, "_DEFINITIONS", {"X1": definition})
    return definition


@pytest.fixture
def measure(result, defined):
    return ComputedIndicatorFactory(result=result, code="X1", name="Hel och ren", target=90, tolerance=5)


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_every_measure_is_listed_with_where_it_stands(reader, measure, result):
    IndicatorSnapshotFactory(indicator=measure, value=88, status=Status.WATCH)
    manual = IndicatorFactory(result=result, name="Nöjda användare")
    IndicatorReadingFactory(indicator=manual, value=85)
    text = page(reader, "/plan/measures/")
    for words in ("X1 Hel och ren", "mål ≥ 90 %", "88 %", "Bevakas", "Nöjda användare", "85 %", "Uppnått", "läses av"):
        assert words in text


def test_what_the_portal_could_compute_is_told_until_it_is_used(reader, result, defined):
    assert "Mått som portalen kan räkna ut" in page(reader, "/plan/measures/")
    ComputedIndicatorFactory(result=result, code="X1")
    assert "Mått som portalen kan räkna ut" not in page(reader, "/plan/measures/")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=computed", {"Hel och ren"}),
        ("kind=manual", {"Läst"}),
        ("status=risk", {"Hel och ren"}),
        ("status=none", {"Läst"}),
        ("focus=3.1", {"Hel och ren", "Läst"}),
    ],
)
def test_the_list_is_narrowed_and_taken_out_by_the_address(reader, measure, query, names):
    IndicatorSnapshotFactory(indicator=measure)
    IndicatorFactory(result=measure.result, name="Läst")
    rows = rows_of(reader.get(f"/plan/measures/?format=csv&{query}"))
    assert {row[3] for row in rows} == names


def test_a_definition_tells_its_value_now_net_and_words(reader, measure):
    text = page(reader, "/plan/measures/X1/")
    for words in ("Beräknat mått X1", "87,5 %", "Netto 75 %", "Så räknas det.", "Bevakas", "Systemdrift", "50 %"):
        assert words in text
    assert "7 kr av 8 kr" not in text


def test_the_amounts_are_for_who_may_see_them(client, measure):
    client.force_login(UserFactory(username="ser", role=Role.CONTROLLER))
    assert "7 kr av 8 kr" in page(client, "/plan/measures/X1/")


def test_the_rows_are_paged_and_the_hidden_counted(reader, measure):
    text = page(reader, "/plan/measures/X1/")
    assert "Rad 49" in text
    assert "Rad 50" not in text
    assert "3 till som du inte ser." in text
    assert "Rad 50" in page(reader, "/plan/measures/X1/?page=2")


def test_the_rows_are_narrowed_and_taken_out_by_the_address(reader, measure):
    rows = rows_of(reader.get("/plan/measures/X1/?format=csv&unit=E1&q=rad+1"))
    assert [row[0] for row in rows[:3]] == ["Rad 1", "Rad 11", "Rad 13"]
    assert reader.get("/plan/measures/X1/?format=xlsx").headers["Content-Type"].endswith("sheet")
    assert "Inga rader passar filtret." in page(reader, "/plan/measures/X1/?q=finns+inte")


def test_another_code_is_not_found(reader, defined):
    assert reader.get("/plan/measures/I99/").status_code == 404


def test_a_definition_without_a_plan_still_tells_its_value(client, defined, today, db):
    client.force_login(UserFactory(role=Role.READER))
    assert "87,5 %" in page(client, "/plan/measures/X1/")


def test_a_result_shows_claim_beside_evidence_and_that_they_differ(reader, measure, result):
    CheckInFactory(result=result, status=Status.ON_PLAN)
    IndicatorSnapshotFactory(indicator=measure, value=70, status=Status.RISK)
    text = page(reader, "/plan/results/3.1.1/")
    assert "Den ansvariga säger på plan, men måttet Hel och ren säger risk." in text
    for url in ("/plan/", "/plan/results/3.1.1/"):
        assert "Påstående mot belägg" in page(reader, url)


def test_a_result_whose_evidence_agrees_says_nothing_of_it(reader, measure, result):
    IndicatorSnapshotFactory(indicator=measure, status=Status.ACHIEVED)
    for url in ("/plan/", "/plan/results/3.1.1/"):
        assert "Påstående mot belägg" not in page(reader, url)


def test_a_computed_measure_is_drawn_by_month_with_its_notes(reader, measure):
    for month, value in ((7, 60), (8, 70)):
        for day in (1, 31):
            at = dt.datetime(2025, month, day, 20, tzinfo=dt.UTC)
            IndicatorSnapshotFactory(indicator=measure, as_of=at.date(), made_at=at, value=value + day)
    IndicatorReadingFactory(indicator=measure, on=dt.date(2025, 8, 12), value=None, note="Nya regler")
    text = page(reader, "/plan/results/3.1.1/")
    assert "2025-08-31 (2025-08-12 Nya regler)" in text
    assert "Hel och ren, 2025-07-31: 91 %" in text
    assert "2025-07-01" not in text


def test_before_the_first_evening_the_page_says_when_it_comes(reader, measure):
    assert "Måttet räknas första gången i kväll." in page(reader, "/plan/results/3.1.1/")


def test_a_note_is_written_in_the_chart_of_a_computed_measure_and_no_value(owner, measure, moment):
    url, said = "/plan/results/3.1.1/readings/", {"indicator": measure.pk, "on": "2025-09-01"}
    refused = owner.post(url, said | {"value": "5"})
    assert refused.status_code == 422
    assert "Portalen räknar ut måttet" in refused.content.decode()
    assert "Skriv en anmärkning." in owner.post(url, said).content.decode()
    assert owner.post(url, said | {"note": "Nya regler"}).status_code == 302
    made = measure.readings.get()
    assert (made.value, made.note) == (None, "Nya regler")


def test_a_check_in_asks_for_no_value_of_what_is_computed(owner, measure):
    assert 'name="measure"' not in page(owner, "/plan/results/3.1.1/")


def test_the_admin_makes_a_measure_out_of_a_definition(client, result):
    client.force_login(AdminUserFactory())
    values = {"result": result.pk, "kind": IndicatorKind.COMPUTED, "code": "I11", "direction": "up", "target": "0"}
    inline = {f"readings-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    response = client.post("/admin/goals/indicator/add/", values | inline | {"tolerance": "5"})
    assert response.status_code == 302, response.context["adminform"].form.errors
    made = Indicator.objects.get()
    assert (made.name, made.direction, made.unit) == ("Överbelagda", Direction.DOWN, "%")
