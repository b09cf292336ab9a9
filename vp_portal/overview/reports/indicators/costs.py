"""Measures of the cost: how much of it reaches a cost object.

The values are the same for everybody, so sensitive accounts are left out of them altogether (note 0011).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, Sum
from django.db.models.functions import Abs, Mod
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.choices import Sensitivity
from finance.models import CostCentreUnit, CostRollup
from finance.models.rollup import CostRollupQuerySet
from finance.models.scope import sight
from finance.reports.economy import ZERO
from goals.choices import Direction
from goals.computed import Definition, Failing, FailingRow, Outcome, UnitValue, ratio, register
from services.models import OrgUnit
from vp_portal.core import formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.reports import links, units

HOME = Q(cost_object__isnull=False)
_SUMS = {
    "gross": Sum(Abs("amount")),
    "gross_home": Sum(Abs("amount"), filter=HOME),
    "net": Sum("amount"),
    "net_home": Sum("amount", filter=HOME),
}


def open_costs(on: dt.date, rollups: CostRollupQuerySet | None = None) -> CostRollupQuerySet:
    """The open cost that counts now, of the ordinary months of the day's year up to the day's own."""
    last = Period.of(on)
    found = CostRollup.objects.all() if rollups is None else rollups
    return (
        found.in_force()
        .costs()
        .filter(sensitivity=Sensitivity.OPEN)
        .between(Period(last.year * 100 + 1), last)
        .annotate(month=Mod("period", 100))
        .filter(month__gte=1, month__lte=12)
        .order_by()
    )


def _outcome(sums: Iterable[dict[str, Any]]) -> Outcome:
    """Shares are of absolute amounts, the net share is beside."""
    total = dict.fromkeys(_SUMS, ZERO)
    for row in sums:
        for name in _SUMS:
            total[name] += row[name] or ZERO
    return ratio(total["gross_home"], total["gross"], (total["net_home"], total["net"]))


def with_home(on: dt.date) -> Outcome:
    """One query."""
    return _outcome([open_costs(on).aggregate(**_SUMS)])


def with_home_by_unit(on: dt.date) -> list[UnitValue]:
    """Each unit with those below it, on the cost centres that are theirs on the day. Three queries."""
    sums: dict[int | None, dict[str, Any]] = {
        row["cost_centre"]: row for row in open_costs(on).values("cost_centre").annotate(**_SUMS)
    }
    centres: dict[int, list[int]] = defaultdict(list)
    for centre, unit in CostCentreUnit.objects.on(on).values_list("cost_centre", "unit"):
        centres[unit].append(centre)
    nodes = units.flat(units.tree(OrgUnit.objects.all(), on))
    return [
        UnitValue(
            node.code,
            node.name,
            node.depth,
            _outcome(sums[centre] for pk in node.ids for centre in centres[pk] if centre in sums),
        )
        for node in nodes
    ]


def without_home(on: dt.date, user: User) -> Failing:
    """Cost centres and account groups with cost that no rule reaches, the largest first: those that the user sees,
    and how many more there are. Three queries, and those that tell what the user may see."""
    keys = ("cost_centre", "account_group")
    lacking = open_costs(on).unallocated()
    names = ("cost_centre__code", "cost_centre__name", "account_group__name")
    rollups: CostRollupQuerySet = CostRollup.objects.visible_to(user, on)
    seen = open_costs(on, rollups).unallocated().values(*keys, *names)
    rows = seen.annotate(gross=Sum(Abs("amount")), net=Sum("amount"), oldest=Min("period")).filter(gross__gt=0)
    every = lacking.values(*keys).annotate(gross=Sum(Abs("amount"))).filter(gross__gt=0).count()
    homes = dict(CostCentreUnit.objects.on(on).values_list("cost_centre", "unit__code"))
    found = [_row(row, homes.get(row["cost_centre"], ""), on) for row in sorted(rows, key=lambda row: -row["gross"])]
    return Failing(tuple(found), every - len(found))


def _row(row: dict[str, Any], unit: str, on: dt.date) -> FailingRow:
    code, last = row["cost_centre__code"] or "", Period.of(on)
    where = f"{code} {row['cost_centre__name'] or ''}".strip() or _("Utan kostnadsställe")
    month = formatting.period_name(Period(row["oldest"]))
    return FailingRow(
        what=where,
        why=_("%(group)s når ingen kostnadsbärare, sedan %(month)s")
        % {"group": row["account_group__name"], "month": month},
        url=links.postings(Period(last.year * 100 + 1), last, unallocated=1, cost_centre=links.without(code)),
        repair=links.unallocated(),
        repair_words=_("Föreslå hemvist"),
        unit=unit,
        amount=Decimal(row["net"]),
    )


def sees_amounts(user: User, on: dt.date) -> bool:
    """Whoever sees all open cost sees what the shares are made of."""
    seen = sight(user, on)
    return seen.everything or seen.wide


def register_definitions() -> None:
    register(
        Definition(
            code="I16",
            name=gettext_lazy("Kostnad med hemvist"),
            unit="%",
            direction=Direction.UP,
            text=gettext_lazy(
                "Kostnad i årets inlästa månader som når en kostnadsbärare, av all kostnad. Beloppen räknas utan "
                "tecken, så att krediteringar inte döljer fel; nettot står bredvid. Fördelningskonton och känsliga "
                "konton, som löner, är inte med."
            ),
            compute=with_home,
            failing=without_home,
            by_unit=with_home_by_unit,
            sees_amounts=sees_amounts,
        ),
    )
