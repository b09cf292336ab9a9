"""Each page of figures tells its latest month, when it was imported, and whether it is locked."""

import pytest

from finance.models import AllocationRule, AllocationRun, PeriodLock, Posting
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory
from tests.factories.finance import BudgetFactory
from tests.factories.services import ServiceFactory
from tests.finance.ledger_world import AT
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db

PAGES = [
    "/finance/",
    "/finance/postings/",
    "/finance/flow/",
    "/finance/showback/",
    "/finance/unallocated/",
    "/finance/hands/",
    "/finance/flags/",
    "/finance/funding/",
    "/finance/funding/object/TJ1/",
    "/finance/budgets/",
    "/finance/variances/",
    "/finance/rules/",
    "/finance/runs/",
    "/finance/postings/place/",
]


def told(response):
    text = " ".join(response.content.decode().replace("\xa0", " ").split())
    return [words for words in ("uppdaterad t.o.m. 2025-07", "importerad 12 aug", "perioden är öppen") if words in text]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_figures_says_how_fresh_they_are(as_controller, path):
    assert len(told(as_controller(path))) == 3


def test_a_budget_says_how_fresh_its_outcome_is(as_controller):
    assert len(told(as_controller(f"/finance/budgets/{BudgetFactory().pk}/"))) == 3


def test_a_rule_says_how_fresh_the_cost_is_that_it_would_move(as_controller):
    assert len(told(as_controller(f"/finance/rules/{AllocationRule.objects.get().pk}/"))) == 3


def test_a_rule_that_is_not_saved_yet_says_it_too(client, world):
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    add, share = address(AllocationRule, "add"), {"shares-0-cost_object": ServiceFactory().pk, "shares-0-share": "100"}
    typed = {"name": "Allt", "priority": 1, "shares-TOTAL_FORMS": 1, "conditions-TOTAL_FORMS": 0, **share}
    page = client.post(add, {**filled(client, add, **typed), "_preview": "1"})
    assert "Inget är sparat än" in page.content.decode()
    assert len(told(page)) == 3


def test_a_run_says_it_alone_and_beside_another(as_controller, world):
    only = AllocationRun.objects.in_force().get()
    assert len(told(as_controller(f"/finance/runs/{only.pk}/"))) == 3
    world.allocate()
    assert len(told(as_controller(f"/finance/runs/{only.pk}/"))) == 3


def test_a_posting_says_it_and_the_page_of_all_like_it(as_controller, world):
    row = Posting.objects.order_by("pk").first()
    for path in ("", "like/"):
        assert len(told(as_controller(f"/finance/postings/{row.batch_id}-{row.pk}/{path}"))) == 3


@pytest.mark.parametrize("path", ["/finance/", "/finance/flags/"])
def test_a_locked_month_is_said(as_controller, path):
    PeriodLock.objects.create(period=Period(202507), locked_at=AT, reason="Bokslut")
    assert "perioden är låst" in as_controller(path).content.decode()
