"""Nobody who may not read sensitive rows can work out what a group of fewer than five costs.

Two steps. First: whatever is hidden from a user is changed at random, and every page and file stays the same to the
letter, but for the one table of sums per unit and month. So only that table tells anything. Second: all figures that
the table can show are put in one matrix, and elimination shows the smallest groups that they tell of.
"""

import re
from collections import defaultdict
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.db.models import F, Sum
from django.test import Client
from django.urls import resolve

from finance.actions import totals
from finance.choices import Sensitivity
from finance.models import (
    AllocationLine,
    AllocationRule,
    AllocationRun,
    BareCell,
    BudgetVersion,
    CostCentre,
    CostRollup,
    ImportBatch,
    LedgerCell,
    Posting,
)
from finance.reports.rule_of_five import FEWEST
from services.models import CostObject, CostOwner, OrgUnit, UnitMembership
from services.models.unit import ids_below
from tests.conftest import TODAY
from tests.factories import finance
from tests.finance.isolation import isolated_groups
from vp_portal.core import rights_table
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months, since
from vp_portal.overview.reports import units
from vp_portal.overview.reports.costs import Span
from vp_portal.overview.reports.periods import booked
from vp_portal.overview.reports.staff_cost import staff_cost

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

SALARIES = "state.personal"
#: What no two answers have in common (request ids, tokens), and the table that is the second step's matter.
_PASSING = re.compile(
    r"\b[0-9a-f]{16}\b|"
    r'name="csrfmiddlewaretoken" value="[^"]*"'
    r'|<section class="card card--flush" aria-labelledby="staff-cost">.*?</section>',
    re.DOTALL,
)


FILTERS = [
    "unit=ITD;ITN",
    "cost_centre=11321",
    "cost_object=TJ101",
    f"group={SALARIES}&cost_centre=11300&from=202505&to=202505",
    "cost_object=-",
]


#: The plan as a file. Word and PDF are made of what these two are.
EXPORT = "/plan/document/export/"


def addresses() -> list[str]:
    """Pages with money in them, turned, filtered, sorted and as files."""
    turned = [f"/finance/?by={by}&sort=amount&show=all" for by in ("group", "cost_centre", "cost_object", "owner")]
    economy = [f"/finance/?{text}" for text in [*FILTERS, "by=cost_centre&format=csv"]]
    rows = [f"/finance/postings/?{text}&sort=amount" for text in FILTERS]
    rows += [f"/finance/postings/?{text}" for text in ("account=40911", "q=sjuklön", "special=1", "format=csv&page=2")]
    bearing = CostObject.objects.filter(pk__in=AllocationLine.objects.values("cost_object")).order_by("code")
    pages = [f"/services/units/{code}/" for code in ("IT", "ITN")] + [f"/services/{one.code}/" for one in bearing[:3]]
    batch = ImportBatch.objects.order_by("pk").last()
    imports = ["/finance/imports/", f"/finance/imports/{batch.pk}/", "/admin/finance/importbatch/"]
    row = Posting.objects.filter(code_string__account__sensitivity=Sensitivity.OPEN).order_by("pk").first()
    imports += ["/plan/measures/", "/plan/measures/I16/", "/plan/measures/I29/"]
    imports += ["/finance/unallocated/", f"/finance/postings/{row.batch_id}-{row.pk}/"]
    then = "as_of=2025-09-01"
    past = [
        f"/?{then}",
        f"/finance/?{then}&by=cost_centre",
        f"/finance/postings/?{then}&sort=amount",
        f"{pages[1]}?{then}",
    ]
    past += [f"/finance/{path}{then}" for path in ("flow/?", "showback/?", "funding/?", "?by=supplier&")]
    past += [f"/finance/unallocated/?{then}", f"{pages[-1]}?{then}", f"/finance/?{then}&format=csv&by=group"]
    return ["/", "/?period=202503", *turned, *economy, *rows, *pages, *imports, *past, *later(row, bearing[0].code)]


def later(row: Posting, code: str) -> list[str]:
    """Budgets, forecasts, funding, flows, runs and what is said of rows: now, and as files."""
    budget = BudgetVersion.objects.order_by("pk").first()
    centre = row.code_string.cost_centre.code
    found = [f"/finance/{page}/" for page in ("flow", "showback", "funding", "flags", "hands", "variances", "budgets")]
    found += [f"{page}?format=csv" for page in found[:5]] + ["/finance/funding/?cut=project", "/finance/flow/?unit=ITN"]
    found += [f"/finance/?{text}" for text in ("by=supplier", "by=group&format=json")]
    found += [f"/finance/funding/object/{code}/", f"/finance/postings/place/?cost_centre={centre}"]
    found += [f"/finance/postings/{row.batch_id}-{row.pk}/like/", f"/finance/imports/{row.batch_id}/rows/2/"]
    own = f"/finance/budgets/{budget.pk}/"
    found += [own, f"{own}?format=csv", f"{own}?format=csv&cut=cost_object", f"{own}basis/", f"{own}rows/"]
    found += [f"{own}row/?cost_centre={centre}&group={group}" for group in (SALARIES, "state.drift")]
    runs = AllocationRun.objects.order_by("pk").values_list("pk", flat=True)
    rules = AllocationRule.objects.order_by("pk").values_list("pk", flat=True)
    found += ["/finance/runs/", f"/finance/runs/{runs[0]}/", "/finance/rules/", f"/finance/rules/{rules[0]}/"]
    return [
        *found,
        "/finance/periods/",
        "/plan/",
        "/plan/document/",
        "/services/",
        *(f"{EXPORT}?format={fmt}" for fmt in ("md", "html")),
    ]


def test_every_address_that_shows_somebody_money_is_asked():
    money = {line.address for line in rights_table.lines() if "yes" in line.verdicts.values()}
    assert money - {resolve(urlsplit(address).path).view_name for address in addresses()} == set()


def answers(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    found = {}
    for address in addresses():
        response = client.post(address) if address.startswith(EXPORT) else client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        found[address] = f"{response.status_code} {_PASSING.sub('', body.decode())}"
    return found


def hide_other_amounts(user: User) -> int:
    """Gives every sensitive row that the user can't see another amount, and removes sick pay. The number of rows."""
    rows = Posting.objects.filter(code_string__account__sensitivity__gt=Sensitivity.OPEN)
    hidden = rows.exclude(pk__in=list(Posting.objects.visible_to(user, TODAY).values_list("pk", flat=True)))
    keys = set(hidden.values_list("batch", "period", "code_string"))
    known = LedgerCell.objects.values_list("pk", "batch", "period", "code_string")
    cells = LedgerCell.objects.filter(pk__in=[pk for pk, *key in known if tuple(key) in keys])
    bare = BareCell.objects.filter(cell__in=list(cells.values_list("pk", flat=True)))
    changed = hidden.count()
    seen = list(CostRollup.objects.visible_to(user, TODAY).values_list("pk", flat=True))
    rollups = CostRollup.objects.filter(sensitivity__gt=Sensitivity.OPEN).exclude(pk__in=seen)
    sick = {"code_string__account__sensitivity": Sensitivity.MORE_SENSITIVE}
    AllocationLine.objects.filter(cell__in=cells.filter(**sick)).delete()
    bare.filter(cell__in=cells.filter(**sick)).delete()
    cells.filter(**sick).delete()
    hidden.filter(**sick).delete()
    rollups.filter(sensitivity=Sensitivity.MORE_SENSITIVE).delete()
    for table in (hidden, cells, bare, rollups, AllocationLine.objects.filter(cell__in=cells)):
        table.update(amount=F("amount") * 3 + Decimal("11.17"))
    for table in (cells, bare, rollups):
        table.update(row_count=F("row_count") + 2)
    _add_up_again()
    ImportBatch.objects.update(total=F("total") + 12345, row_count=F("row_count") + 7, control_total=None)
    return changed


def _add_up_again() -> None:
    """What is kept of the cells and of the rollups, so that no page reads what was."""
    for run in AllocationRun.objects.all():
        totals.add_up(run.pk)
    for batch in ImportBatch.objects.all():
        finance.add_up(batch)


def cost_owner() -> User:
    """Someone who answers for a cost object that bears salaries, and manages nothing."""
    bearing = AllocationLine.objects.filter(cell__code_string__account__sensitivity=Sensitivity.SENSITIVE)
    row = CostOwner.objects.on(TODAY).filter(cost_object__in=bearing.values("cost_object"), person__manager_rows=None)[
        0
    ]
    row.person.user = row.person.user or User.objects.create(username="kostnadsagare")
    row.person.save()
    return row.person.user


def changed_by_what_is_hidden(user: User) -> list[str]:
    before = answers(user)
    with transaction.atomic():
        assert hide_other_amounts(user) > 50
        after = answers(user)
        transaction.set_rollback(True)
    assert after["/"].startswith("200")
    return [address for address in before if before[address] != after[address]]


def test_no_page_or_file_depends_on_what_is_hidden(settings):
    settings.FILES_PER_MINUTE = 1000  # All who look, before and after.
    users = [cost_owner(), *User.objects.filter(username__in=["ledning", "admin", "chef1"])]
    assert {user.username: changed_by_what_is_hidden(user) for user in users} == {user.username: [] for user in users}


def costs_by_unit() -> dict[tuple[int, int], Decimal]:
    """(Unit, period) → salaries on the cost centres that the unit had at the end of the period."""
    rows = CostRollup.objects.in_force().costs().filter(sensitivity=Sensitivity.SENSITIVE)
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for period, centre, amount in rows.values_list("period", "cost_centre").annotate(total=Sum("amount")):
        unit = CostCentre.objects.with_unit(period.last_day).get(pk=centre).unit_id
        found[unit, int(period)] += amount
    return found


def figures(user: User) -> dict[tuple[tuple[int, ...], int], Decimal]:
    """(Periods, unit) → every sum that the table can show, whatever month and unit is chosen."""
    found = {}
    for period in booked().periods:
        span = Span(period)
        nodes = units.flat(units.tree(OrgUnit.objects.all(), TODAY))
        shown = staff_cost(nodes, user, span, TODAY)
        this, last = months(span.first, span.last), months(span.previous_first, span.previous_last)
        this, last = [int(p) for p in this], [int(p) for p in last]
        for node, row in zip(nodes, shown.rows if shown else (), strict=False):
            singles = zip(((p,) for p in this), row.amounts, strict=True)
            for periods, amount in [*singles, (tuple(this), row.this), (tuple(last), row.last)]:
                if amount is not None:
                    found[periods, node.pk] = amount
    return found


def people(group: frozenset[tuple[int, int]]) -> int:
    """How many share the group's cost: those assigned in its units, in the period when they are fewest."""
    by_period: dict[int, set[int]] = defaultdict(set)
    for unit, period in group:
        month = since(Period(period).first_day, Period(period).last_day)
        assigned = UnitMembership.objects.filter(unit=unit, valid__overlap=month)
        by_period[period].update(assigned.values_list("person", flat=True))
    return min(len(crowd) for crowd in by_period.values())


def test_the_sums_per_unit_tell_of_no_group_under_five():
    costs, shown = costs_by_unit(), figures(User.objects.get(username="ledning"))
    sums = []
    for (periods, unit), amount in shown.items():
        parts = {(below, period) for period in periods for below in ids_below([unit], Period(period).last_day)}
        assert amount == sum((costs.get(part, Decimal(0)) for part in parts), Decimal(0)), "not the sum it says it is"
        sums.append(parts)
    groups = isolated_groups(sums)
    assert len(groups) > 50
    assert [group for group in groups if people(group) < FEWEST] == []
