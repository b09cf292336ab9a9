"""Each page of figures tells its latest month, when it was imported, and whether it is locked."""

import pytest

from finance.models import PeriodLock
from tests.factories.finance import BudgetFactory
from tests.finance.ledger_world import AT
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
]


def told(response):
    text = " ".join(response.content.decode().replace("\xa0", " ").split())
    return [words for words in ("uppdaterad t.o.m. 2025-07", "importerad 12 aug", "perioden är öppen") if words in text]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_figures_says_how_fresh_they_are(as_controller, path):
    assert len(told(as_controller(path))) == 3


def test_a_budget_says_how_fresh_its_outcome_is(as_controller):
    assert len(told(as_controller(f"/finance/budgets/{BudgetFactory().pk}/"))) == 3


@pytest.mark.parametrize("path", ["/finance/", "/finance/flags/"])
def test_a_locked_month_is_said(as_controller, path):
    PeriodLock.objects.create(period=Period(202507), locked_at=AT, reason="Bokslut")
    assert "perioden är låst" in as_controller(path).content.decode()
