"""The pages of the allocation: rules, what one would do, runs and scenarios."""

import datetime as dt
from decimal import Decimal

import pytest

from finance.actions import allocation
from finance.choices import CodePart, MatchOperator
from finance.models import AllocationRule, AllocationRun
from tests.factories.finance import DriverFactory, RuleFactory
from tests.factories.services import ServiceFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2025, 9, 12, 7, 30, tzinfo=dt.UTC)
SALARIES = [(CodePart.ACCOUNT, MatchOperator.PREFIX, "40")]


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def controller(client, world):
    client.force_login(world.users[Role.CONTROLLER])
    return client


@pytest.fixture
def draft(world):
    target = ServiceFactory(code="TJ2", name="Personalstöd")
    return RuleFactory(name="Löner", priority=90, is_active=False, cost_object=target, conditions=SALARIES)


def test_rules_show_what_each_has(controller, world):
    RuleFactory(name="Ingen", priority=99_999, conditions=SALARIES)
    page = controller.get("/finance/rules/").context["page"]
    assert [(row.cells, row.amount, row.state) for row in page.rows] == [
        (7, Decimal("7582.10"), "used"),
        (0, Decimal("0.00"), "idle"),
    ]
    assert page.counts == {"": 2, "used": 1, "idle": 1, "draft": 0}


def test_an_unknown_state_is_not_found(controller):
    assert controller.get("/finance/rules/", {"state": "x"}).status_code == 404


@pytest.mark.parametrize("path", ["/finance/rules/", "/finance/runs/", "/finance/runs/try/"])
@pytest.mark.parametrize("who", [Role.MANAGEMENT, Role.ADMINISTRATOR, Role.READER])
def test_the_pages_hold_salaries_and_are_for_controllers(see, world, path, who):
    assert see(world.users[who], path).status_code == 403


def test_a_draft_tells_what_it_would_do_and_is_used(controller, draft):
    shown = text(controller.get(f"/finance/rules/{draft.pk}/"))
    assert "Effekt per kostnadsbärare" in shown
    assert "Personalstöd" in shown
    assert controller.post(f"/finance/rules/{draft.pk}/use/").status_code == 302
    draft.refresh_from_db()
    assert draft.is_active
    assert draft.history.latest().history_user.username


def test_a_draft_that_cannot_be_used_says_why_and_stays(controller, draft):
    draft.shares.get().cost_object.__class__.objects.filter(code="TJ2").update(lifecycle="retired")
    assert "Personalstöd är avvecklad." in text(controller.get(f"/finance/rules/{draft.pk}/"))
    controller.post(f"/finance/rules/{draft.pk}/use/")
    draft.refresh_from_db()
    assert not draft.is_active


def test_a_draft_that_would_pass_cost_round_shows_its_path(controller, world):
    other = ServiceFactory(name="Lagring")
    RuleFactory(passes_on=world.service, cost_object=other)
    rule = RuleFactory(passes_on=other, cost_object=world.service, is_active=False)
    shown = text(controller.get(f"/finance/rules/{rule.pk}/"))
    assert "E-post → Lagring → E-post" in shown or "Lagring → E-post → Lagring" in shown


def test_an_empty_base_is_told_where_it_happens(controller, world):
    shares = {ServiceFactory(): None}
    RuleFactory(
        name="Efter ingen", priority=1, method="driver", driver=DriverFactory(), shares=shares, conditions=SALARIES
    )
    world.allocate()
    shown = text(controller.get("/finance/rules/"))
    assert "Inget att dela upp efter" in shown
    assert "2025-03" in shown


def test_two_runs_are_compared(controller, world, draft):
    draft.is_active = True
    draft.save()
    run = allocation.run(by=None, at=LATER)
    found = controller.get(f"/finance/runs/{run.pk}/").context["found"]
    names = {row.cost_object.name if row.cost_object else None: row.difference for row in found.rows}
    assert names == {"Personalstöd": Decimal("850.00"), None: Decimal("-850.00")}
    assert found.proof.holds
    assert [(rule.name, rule.kind) for rule in found.rules] == [("Löner", "added")]


def test_a_scenario_is_tried_and_nothing_that_counts_changes(controller, world, draft):
    before = AllocationRun.objects.in_force().get()
    response = controller.post("/finance/runs/try/", {"name": "Löner ut", "using": [draft.pk]})
    made = AllocationRun.objects.get(scenario="Löner ut")
    assert (response.status_code, response.url) == (302, f"/finance/runs/{made.pk}/")
    assert AllocationRun.objects.in_force().get() == before
    assert not AllocationRule.objects.get(pk=draft.pk).is_active
    assert "Scenario, ändrar ingenting" in text(controller.get(response.url))
    assert "Löner ut" in text(controller.get("/finance/runs/"))


def test_a_scenario_without_any_change_is_refused(controller):
    response = controller.post("/finance/runs/try/", {"name": "Tomt"})
    assert response.status_code == 422
    assert not AllocationRun.objects.exclude(scenario="").exists()


def test_the_pages_ask_as_often_for_many_as_for_few(controller, world, draft, django_assert_max_num_queries):
    paths = ("/finance/rules/", "/finance/runs/", f"/finance/rules/{draft.pk}/", "/finance/runs/try/")

    def count(path):
        with django_assert_max_num_queries(60) as found:
            controller.get(path)
        return len(found)

    few = {path: count(path) for path in paths}
    for number in range(20):
        condition = [(CodePart.ACCOUNT, MatchOperator.EXACT, str(6000 + number))]
        RuleFactory(priority=1000 + number, cost_object=ServiceFactory(), conditions=condition)
        allocation.try_out(name=f"Prov {number}", by=None, at=LATER, using=[draft.pk])
    assert {path: count(path) for path in paths} == few
