"""What lacks a home: amount, age, owner, a likely home, and the way to a rule."""

from decimal import Decimal

import pytest

from finance.actions import allocation
from finance.models import AllocationRule
from tests.factories.core import UserFactory
from tests.factories.finance import AccountFactory, CostCentreUnitFactory
from tests.factories.services import ServiceFactory
from tests.finance.test_views_allocation import LATER, text
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
PATH, SUGGEST = "/finance/unallocated/", "/finance/unallocated/suggest/"


@pytest.fixture
def lonely(world):
    """A consultant on the manager's cost centre, that no rule reaches, beside licences that all went to E-post."""
    consultant = AccountFactory(code="6011", name="Konsulter", group=world.licences.group)
    second = AccountFactory(code="5722", group=world.licences.group)
    world.post(second, world.mine, 202502, "10.00")
    world.post(consultant, world.mine, 202502, "70.00")
    world.post(consultant, world.other, 202503, "-30.00")
    world.allocate()
    return consultant


def rows(response):
    return {(row.account_code, row.centre_code): row for row in response.context["page"].rows}


def test_a_row_has_amount_age_owner_and_a_likely_home(as_controller, world, lonely):
    row = rows(as_controller(PATH))["6011", "11320"]
    assert (row.amount, row.rows, str(row.oldest), row.owner) == (Decimal("70.00"), 1, "2025-02", world.manager.name)
    assert row.age_days > 100
    assert (row.guess.cost_object.code, row.guess.count, row.guess.siblings) == ("TJ1", 3, 3)


def test_few_siblings_say_nothing(as_controller, world, lonely):
    assert rows(as_controller(PATH))["6011", "11310"].guess is None


def test_the_total_is_that_of_the_unallocated_cost(as_controller, world, lonely):
    assert as_controller(PATH).context["page"].total == Decimal("890.00")


def test_the_trend_has_twelve_months_that_lead_to_their_rows(as_controller, lonely):
    chart = as_controller(PATH).context["chart"]
    rows = {row.head.replace("\xa0", " "): row.cells[0].text.replace("\xa0", " ") for row in chart.table.rows}
    assert len(rows) == 12
    assert {name: value for name, value in rows.items() if not value.startswith("0")} == {
        "februari 2025": "70 kr",
        "mars 2025": "470 kr",
        "april 2025": "200 kr",
    }
    march = next(mark for mark in chart.marks if "470" in mark.title)
    assert as_controller(march.url).context["page"].total == Decimal("470.00")


def test_a_row_leads_to_its_postings(as_controller, lonely):
    row = rows(as_controller(PATH))["6011", "11320"]
    assert as_controller(row.url).context["page"].total == row.amount


def test_a_line_manager_sees_own_cost_centres_only(see, world, lonely):
    assert {centre for _account, centre in rows(see(world.manager.user, PATH))} == {"11320"}


def test_others_see_no_salaries_and_readers_nothing(see, world, lonely):
    assert {account for account, _centre in rows(see(world.users[Role.MANAGEMENT], PATH))} == {"6011"}
    assert "Allt har en hemvist" in text(see(world.users[Role.READER], PATH))


def suggest(client, user, world, *keys, target=None):
    client.force_login(user)
    return client.post(SUGGEST, {"rows": keys, "cost_object": (target or world.service).pk})


def test_a_manager_suggests_a_rule_that_a_controller_uses(client, world, lonely):
    assert suggest(client, world.manager.user, world, f"11320:{lonely.pk}").url == PATH
    rule = AllocationRule.objects.get(is_active=False)
    assert (rule.suggested_by, rule.suggested_at is not None) == (world.manager.user, True)
    assert sorted(map(str, rule.conditions.all())) == ["Konto är någon av 6011", "Kostnadsställe är 11320"]
    client.force_login(world.users[Role.CONTROLLER])
    client.post(f"/finance/rules/{rule.pk}/use/")
    allocation.run(by=None, at=LATER)
    assert ("6011", "11320") not in rows(client.get(PATH))


def test_rows_of_one_cost_centre_become_one_rule(client, world, lonely):
    keys = (f"11320:{lonely.pk}", f"11320:{world.salaries.pk}", f"11310:{lonely.pk}")
    response = suggest(client, world.users[Role.CONTROLLER], world, *keys)
    assert response.url == "/finance/rules/?state=draft"
    assert AllocationRule.objects.filter(is_active=False).count() == 2


def test_nobody_suggests_for_another_cost_centre(client, world, lonely):
    response = suggest(client, world.manager.user, world, f"11310:{lonely.pk}")
    assert response.status_code == 422
    assert not AllocationRule.objects.filter(is_active=False).exists()


def test_who_has_no_cost_centre_suggests_nothing(client, world, lonely):
    for user in (UserFactory(), world.owner.user, world.users[Role.MANAGEMENT]):
        assert suggest(client, user, world, f"11320:{lonely.pk}").status_code == 403


def test_nothing_chosen_is_said(client, world, lonely):
    response = suggest(client, world.users[Role.CONTROLLER], world)
    assert response.status_code == 422
    assert "Välj minst en rad i tabellen." in text(response)


def test_a_retired_service_is_no_home(client, world, lonely):
    response = suggest(
        client, world.users[Role.CONTROLLER], world, f"11320:{lonely.pk}", target=ServiceFactory(lifecycle="retired")
    )
    assert response.status_code == 422


def test_the_page_asks_as_often_for_many_as_for_few(see, world, lonely, django_assert_max_num_queries):
    user = world.users[Role.CONTROLLER]

    def count():
        with django_assert_max_num_queries(30) as found:
            see(user, PATH)
        return len(found)

    see(user, PATH)
    few = count()
    for number in range(20):
        account = AccountFactory(code=f"61{number:02}", group=world.licences.group)
        link = CostCentreUnitFactory()
        world.post(account, link.cost_centre, 202503, "5.00")
    world.allocate()
    assert count() == few
