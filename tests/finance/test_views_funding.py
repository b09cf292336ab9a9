"""The pages of the funding. By July 2025 the service E-post has cost 1 300.10; its budget is 800.00 in January."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.choices import CodePart, MatchOperator
from finance.models import FundingShare, LedgerCell
from finance.reports.funding import income_of
from services.models import CostObject, ServiceArea
from tests.factories.finance import (
    BudgetFactory,
    BudgetLineFactory,
    FundingShareFactory,
    FundingSourceFactory,
    RuleFactory,
)
from tests.factories.services import ServiceAreaFactory, ServiceFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period, since
from vp_portal.core.spreadsheets import read_csv, read_xlsx

URL = "/finance/funding/"


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def rows(response):
    return {row.target.code: row for row in response.context["page"].rows}


@pytest.fixture
def grant(world):
    return FundingSourceFactory(code="anslag", name="Anslag", groups=[world.income.group])


@pytest.fixture
def unfunded(db):
    return FundingSourceFactory(code="o", name="Ofinansierad", is_unfunded=True)


@pytest.fixture
def funded(world, grant, unfunded):
    own = CostObject.objects.get(pk=world.service.pk)
    for source, share in ((grant, 75), (unfunded, 25)):
        FundingShareFactory(cost_object=own, source=source, share=Decimal(share))
    return own


@pytest.fixture
def budget(world):
    version = BudgetFactory(state="decided", counts=True)
    BudgetLineFactory(
        version=version,
        account_group=world.licences.group,
        period=Period(202501),
        cost_centre=None,
        cost_object_id=world.service.pk,
        amount=Decimal("800.00"),
    )


@pytest.fixture
def as_controller(see, world):
    return lambda path=URL, **query: see(world.users[Role.CONTROLLER], path, **query)


def test_the_gap_is_what_the_budgets_shares_leave_of_the_cost(as_controller, funded, budget):
    row = rows(as_controller())["TJ1"]
    assert (row.cost, row.funding.base, row.funded, row.gap) == tuple(
        map(Decimal, ("1300.10", "800.00", "600.00", "700.10"))
    )


def test_without_a_budget_the_outcome_is_the_base_and_that_is_said(as_controller, funded):
    response = as_controller()
    row = rows(response)["TJ1"]
    assert (row.funding.base, row.funded) == (Decimal("1300.10"), Decimal("975.08"))
    assert "Finansieringen räknas på utfallet." in text(response)
    assert "av utfallet" in text(response)


def test_no_model_is_a_gap_with_a_link_to_repair(as_controller, world, grant):
    response = as_controller()
    assert rows(response)["TJ1"].gap == Decimal("1300.10")
    assert f'href="{URL}object/TJ1/#model">Ange en' in response.content.decode()


def test_income_is_held_against_the_model_per_source(as_controller, funded):
    (line, none) = as_controller().context["page"].sources
    assert (line.income, line.model) == (Decimal("900.00"), Decimal("975.08"))
    assert line.difference == Decimal("-75.08")
    assert none.income is None


def test_a_sources_income_leads_to_its_rows(as_controller, funded, world):
    line = as_controller().context["page"].sources[0]
    shown = as_controller(line.url).context["page"]
    assert -shown.total == line.income


def test_an_account_shows_its_own_source_and_not_its_groups(as_controller, world, grant):
    FundingSourceFactory(code="x", name="Annat", accounts=[world.income])
    found = {line.source.code: line.income for line in as_controller().context["page"].sources}
    assert found == {"x": Decimal("900.00")}
    assert not LedgerCell.objects.filter(income_of(grant, "code_string__account")).exists()


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_files_say_what_the_page_does(as_controller, funded, budget, format_):
    page = as_controller().context["page"]
    head, body = {"csv": read_csv, "xlsx": read_xlsx}[format_](as_controller(format=format_).content)
    place = head.index("Gap")
    assert [Decimal(str(row[place]).replace(",", ".")) for row in body] == [row.gap for row in page.rows]


def test_the_largest_gap_stands_first(as_controller, world, funded):
    ServiceFactory(code="TJ0", name="Aaa")
    assert [row.target.code for row in as_controller().context["page"].rows] == ["TJ1", "TJ0"]


def test_the_filters_are_in_the_address(as_controller, world, funded):
    area = ServiceAreaFactory(code="TO1")
    ServiceFactory(code="TJ2", area=ServiceArea.objects.get(pk=area.pk))
    assert set(rows(as_controller(area="TO1"))) == {"TO1", "TJ2"}
    assert set(rows(as_controller(kind="area"))) == {"TO1"}
    assert set(rows(as_controller(source="anslag"))) == {"TJ1"}
    assert set(rows(as_controller(show="missing"))) == {"TO1", "TJ2"}
    assert set(rows(as_controller(show="gap"))) == {"TJ1"}


@pytest.mark.parametrize("query", [{"from": "x"}, {"kind": "x"}, {"source": "x"}, {"area": "x"}, {"show": "x"}])
def test_what_is_no_filter_is_said(as_controller, world, query):
    response = as_controller(**query)
    assert "page" not in response.context
    assert "Rätta det som är markerat" in text(response)


def test_an_owner_sees_the_own_and_no_more(see, world, funded):
    ServiceFactory(code="TJ2")
    assert set(rows(see(world.owner.user, URL))) == {"TJ1"}


def test_an_owner_who_manages_a_unit_sees_no_salaries_in_the_gap(see, world, funded, budget):
    """The budget of salaries is closed to them, so the cost of these is left out of the same sum."""
    world.service.owner = world.manager
    world.service.save()
    RuleFactory(cost_object=world.service, conditions=[(CodePart.ACCOUNT, MatchOperator.PREFIX, "40")])
    world.allocate()
    assert rows(see(world.users[Role.CONTROLLER], URL))["TJ1"].cost == Decimal("2000.10")
    row = rows(see(world.manager.user, URL))["TJ1"]
    assert (row.cost, row.gap) == (Decimal("1300.10"), Decimal("700.10"))
    shown = see(world.manager.user, row.cost_url).context["page"]
    assert shown.total == row.cost


@pytest.mark.parametrize("who", ["manager", "reader"])
def test_who_answers_for_nothing_is_told_so(see, world, funded, who):
    user = world.manager.user if who == "manager" else world.users[Role.READER]
    response = see(user, URL)
    assert "Du har ingen finansiering att visa här" in text(response)
    assert "1 300" not in text(response)


def test_everyone_sees_a_model_but_not_its_money(see, world, funded):
    response = see(world.users[Role.READER], f"{URL}object/TJ1/")
    assert "Anslag 75,00 %" in text(response)
    assert response.context["page"].row is None
    assert "975,08" not in text(response)
    assert "Spara modellen" not in text(response)


def test_a_model_is_shown_in_kronor_to_the_ore(as_controller, funded):
    shown = text(as_controller(f"{URL}object/TJ1/"))
    assert all(amount in shown for amount in ("975,08", "325,02", "1 300,10"))


GIVEN = {"first": "2025-10-01", "last": "", "registry_no": "UFV 2025/9"}


def send(as_controller, client, grant, unfunded, *shares, **changes):
    as_controller(f"{URL}object/TJ1/")
    fields = {f"share_{source.pk}": share for source, share in zip((grant, unfunded), shares, strict=True)}
    return client.post(f"{URL}object/TJ1/", {**GIVEN, **fields, **changes})


def test_a_controller_sets_a_model_from_a_day_on(as_controller, client, funded, grant, unfunded):
    assert send(as_controller, client, grant, unfunded, "33,33", "66,67").status_code == 302
    coming = FundingShare.objects.filter(valid=since(dt.date(2025, 10, 1)))
    assert {row.source.code: str(row.share) for row in coming} == {"anslag": "33.33", "o": "66.67"}
    assert "2020-01-01 – 2025-09-30" in text(as_controller(f"{URL}object/TJ1/"))


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        (("33,33", "66,66"), "De blir 99,99 %."),
        (("33,34", "66,67"), "De blir 100,01 %."),
        (("", ""), "Ange minst en andel."),
        (("33,333", "66,667"), "decimaler"),
        (("-1", "101"), "Kontrollera att detta värde"),
        (("NaN", "100"), "Fyll i ett tal"),
    ],
)
def test_what_is_not_whole_is_said_at_the_share_and_nothing_stored(
    as_controller, client, funded, grant, unfunded, shares, words
):
    response = send(as_controller, client, grant, unfunded, *shares)
    form = response.context["form"]
    assert response.status_code == 422
    assert any(name.startswith("share_") for name in form.errors)
    assert words in text(response)
    assert FundingShare.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"first": ""}, "first"), ({"registry_no": " "}, "registry_no"), ({"last": "2025-09-01"}, "last")],
)
def test_a_model_has_a_day_and_a_decision(as_controller, client, funded, grant, unfunded, changes, field):
    response = send(as_controller, client, grant, unfunded, "100", "", **changes)
    assert field in response.context["form"].errors
    assert FundingShare.objects.count() == 2


def test_a_model_is_taken_away(as_controller, client, funded):
    as_controller()
    assert client.post(f"{URL}object/TJ1/2020-01-01/remove/").status_code == 302
    assert not FundingShare.objects.exists()
    assert client.post(f"{URL}object/TJ1/2020-01-01/remove/").status_code == 404
    assert client.post(f"{URL}object/TJ1/igår/remove/").status_code == 404


@pytest.mark.parametrize("rest", ["object/TJ9/", "annat/TJ1/", "project/P9/"])
def test_what_is_not_there_is_not_found(as_controller, world, rest):
    assert as_controller(URL + rest).status_code == 404


def test_only_a_controller_changes(see, client, world, funded, grant, unfunded):
    see(world.owner.user, URL)
    assert client.post(f"{URL}object/TJ1/", GIVEN).status_code == 403
    assert client.post(f"{URL}object/TJ1/2020-01-01/remove/").status_code == 403
    assert FundingShare.objects.count() == 2


def test_the_page_asks_as_much_whatever_there_is(as_controller, funded, budget, django_assert_max_num_queries):
    as_controller()
    with django_assert_max_num_queries(26):
        as_controller()
    for _n in range(20):
        FundingShareFactory()
    with django_assert_max_num_queries(26):
        as_controller()
