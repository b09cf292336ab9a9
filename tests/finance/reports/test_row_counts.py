"""What the cells say of rows is what the rows say, for whoever asks, with postings that go their own way among them."""

import pytest
from django.db.models import Count, Sum

from finance.actions import by_hand
from finance.models import BareCell, CostRollup, Posting
from finance.models.run import current_run
from finance.reports import postings, row_counts
from finance.reports.postings import RowFilters
from finance.reports.selection import NONE, Codes, Selection
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.finance.ledger_world import AT
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db

FIRST, LAST = Period(202501), Period(202507)
WHO = ("controller", "management", "manager", "owner", "reader")


@pytest.fixture(params=[False, True], ids=["as the rules say", "with a row by hand"])
def divided(request, world):
    """Whether a row of the other cost centre has been given a home by hand, of a cell whose rest goes elsewhere."""
    if request.param:
        row = Posting.objects.get(supplier_name="Annat AB")
        other = world.another_service()
        by_hand.assign([row], other, reason="Hör dit", by=world.users[Role.CONTROLLER], at=AT)
    return world


def person(world, who):
    roles = {"controller": Role.CONTROLLER, "management": Role.MANAGEMENT, "reader": Role.READER}
    return world.users[roles[who]] if who in roles else getattr(world, who).user


def selections(world):
    service = Codes((world.service.code,), (world.service.pk,))
    months = {"on": TODAY, "first": FIRST, "last": LAST}
    return {
        "all": Selection(**months),
        "every period": Selection(on=TODAY),
        "cost": Selection(**months, kind="cost"),
        "cost centre": Selection(**months, cost_centres=Codes((world.other.code,), (world.other.pk,))),
        "own unit": Selection(**months, units=Codes((world.unit.code,), (world.unit.pk,))),
        "cost object": Selection(**months, cost_objects=service),
        "homeless": Selection(**months, cost_objects=Codes((NONE,), (None,))),
        "nothing": Selection(**months, cost_objects=Codes(("FINNS-EJ",), ())),
    }


@pytest.mark.parametrize("what", ["all", "every period", "cost", "cost centre", "own unit", "cost object", "homeless"])
@pytest.mark.parametrize("who", WHO)
def test_the_cells_count_the_rows_that_are_seen(divided, who, what):
    user, chosen = person(divided, who), selections(divided)[what]
    rows = postings.found(user, chosen, RowFilters()).order_by().values_list("period")
    there = {period: (count, total) for period, count, total in rows.annotate(n=Count("pk"), total=Sum("amount"))}
    said = row_counts.counts(user, chosen, RowFilters())
    assert said is None or {period: found for period, found in said.items() if found[0]} == there


@pytest.mark.parametrize("what", ["all", "cost", "cost object", "homeless", "nothing"])
@pytest.mark.parametrize("who", WHO)
def test_the_pages_together_are_all_the_rows_in_their_order(divided, monkeypatch, who, what):
    monkeypatch.setattr(postings, "PAGE_SIZE", 2)
    user, chosen = person(divided, who), selections(divided)[what]
    every = list(postings.ordered(postings.found(user, chosen, RowFilters()), "date").values_list("pk", flat=True))
    pages = [postings.rows_page(user, chosen, RowFilters(), str(n + 1)) for n in range(max(1, (len(every) + 1) // 2))]
    assert [row.pk for page in pages for row in page.rows] == every
    assert {page.count for page in pages} == {len(every)}


def test_what_has_no_home_is_in_the_cells_and_in_the_sums(divided):
    bare = BareCell.objects.filter(run=current_run()).aggregate(total=Sum("amount"), rows=Sum("row_count"))
    sums = CostRollup.objects.in_force().unallocated().aggregate(total=Sum("amount"), rows=Sum("row_count"))
    assert bare == sums
    assert bare["rows"]


def test_somebody_who_sees_nothing_is_told_of_no_row(world):
    assert row_counts.counts(UserFactory(), Selection(on=TODAY), RowFilters()) == {}
