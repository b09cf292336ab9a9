"""Variances past the limits. Own centre: 1 500.10 booked by July, of which 900.10 by April, salaries included."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.models import BudgetVersion, VarianceComment
from finance.reports.economy import Compared
from finance.reports.variances import passes, period_due
from tests.factories.finance import BudgetFactory, BudgetLineFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period
from vp_portal.core.spreadsheets import read_csv

URL = "/finance/variances/"


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def budget(world):
    version = BudgetFactory(
        name="Budget 2025", state="decided", counts=True, limit_amount=Decimal("100.00"), limit_percent=Decimal("10.00")
    )
    own = {"version": version, "account_group": world.licences.group, "period": Period(202501)}
    BudgetLineFactory(cost_centre=world.mine, amount=Decimal("300.00"), **own)
    BudgetLineFactory(cost_centre=None, cost_object_id=world.service.pk, amount=Decimal("100.00"), **own)
    return version


def rows(response):
    return {(row.kind, row.name): (row.cost.this, row.cost.last) for row in response.context["found"].rows}


def place(world):
    return f"{URL}202504/unit/{world.unit.pk}/"


def test_the_year_up_to_the_end_of_the_latest_whole_tertial_counts(see, world, budget):
    found = rows(see(world.manager.user, URL))
    assert found["unit", "Systemdrift"] == (Decimal("900.10"), Decimal("300.00"))
    assert [period_due(Period(p)) for p in (202503, 202504, 202511, 202512)] == [None, 202504, 202508, 202512]


@pytest.mark.parametrize("who", ["manager", "owner"])
def test_a_variance_leads_to_what_it_is_made_of(see, world, budget, client, who):
    for row in see(getattr(world, who).user, URL).context["found"].rows:
        if row.may_write:
            flows = client.get(row.url).context["page"].flows
            assert (flows.cost.this, flows.cost.last) == (row.cost.this, row.cost.last)


def test_within_a_limit_nothing_is_asked_for(see, world, budget):
    BudgetVersion.objects.update(limit_amount=Decimal("600.10"))
    assert ("unit", "Systemdrift") not in rows(see(world.manager.user, URL))


def test_a_manager_explains_and_the_earlier_words_are_kept(see, world, budget, client):
    assert "Varför avviker det?" in text(see(world.manager.user, URL))
    client.post(place(world), {"text": "Licensen höjdes."})
    client.post(place(world), {"text": "Licensen höjdes i mars."})
    comment = VarianceComment.objects.get()
    assert (comment.text, comment.outcome, comment.planned) == (
        "Licensen höjdes i mars.",
        Decimal("900.10"),
        Decimal("300.00"),
    )
    assert [row.text for row in comment.history.all()][-1] == "Licensen höjdes."
    assert "Licensen höjdes i mars." in text(see(world.users[Role.CONTROLLER], URL))


def test_an_owner_explains_the_own_cost_object_without_salaries(see, world, budget, client):
    assert rows(see(world.owner.user, URL)) == {("cost_object", "E-post"): (Decimal("700.10"), Decimal("100.00"))}
    client.post(f"{URL}202504/cost_object/{world.service.pk}/", {"text": "Fler användare."})
    assert VarianceComment.objects.get().cost_object_id == world.service.pk


@pytest.mark.parametrize(("who", "status"), [("controller", 403), ("reader", 404)])
def test_nobody_else_explains(see, world, budget, client, who, status):
    client.force_login(world.users[Role(who)])
    assert client.post(place(world), {"text": "Jag vet."}).status_code == status
    assert not VarianceComment.objects.exists()


@pytest.mark.parametrize("rest", ["202504/unit/999999/", "999999/unit/1/", "202504/annat/1/"])
def test_what_is_no_variance_is_not_found(see, world, budget, client, rest):
    client.force_login(world.manager.user)
    assert client.post(URL + rest, {"text": "x"}).status_code == 404


def test_an_explanation_says_something(see, world, budget, client):
    client.force_login(world.manager.user)
    client.post(place(world), {"text": "  "})
    assert not VarianceComment.objects.exists()


def test_a_missing_explanation_is_a_task_until_it_is_written(see, world, budget, client):
    words = "Systemdrift: förklara avvikelsen mot budget"
    assert words in text(see(world.manager.user, "/"))
    client.post(place(world), {"text": "Licensen höjdes."})
    assert words not in text(see(world.manager.user, "/"))


def test_the_file_says_what_the_page_does(see, world, budget):
    page = see(world.manager.user, URL).context["found"]
    _head, body = read_csv(see(world.manager.user, URL, format="csv").content)
    assert [Decimal(row[3].replace(",", ".")) for row in body] == [row.cost.difference for row in page.rows]


def test_the_page_stays_below_thirty_queries(see, world, budget, django_assert_max_num_queries):
    see(world.manager.user, URL)
    with django_assert_max_num_queries(29):
        see(world.manager.user, URL)
    with django_assert_max_num_queries(29):
        see(world.manager.user, "/")


AMOUNTS = st.decimals(-(10**9), 10**9, places=2)


@given(AMOUNTS, AMOUNTS)
def test_a_variance_passes_only_when_it_passes_both_limits(this, planned):
    limits = BudgetVersion(limit_percent=Decimal(10), limit_amount=Decimal(1000))
    off = abs(this - planned)
    assert passes(Compared(this, planned), limits) == (
        off > 1000 and (planned == 0 or off / abs(planned) > Decimal("0.1"))
    )
