"""What an outcome is held against, where that is a budget or a forecast: the lines that count and that the user sees.

A plan is cut by cost centre or by cost object, never by both. What is asked for says which cut answers; where none
does, there is nothing to compare with.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, Subquery, Sum
from django.utils.translation import gettext as _

from finance.choices import Against, FlowKind, VersionKind
from finance.models import BudgetLine, BudgetVersion
from finance.models.account import in_groups_of
from finance.models.budget import BudgetLineQuerySet
from finance.reports.economy import Compared, Flows, kind_of
from finance.reports.selection import Lookups, Selection
from vp_portal.core.models import User
from vp_portal.core.periods import Period

ZERO = Decimal("0.00")
#: The way from a line to what a selection is about. Nothing planned distributes.
PLANNED = Lookups("period", "cost_centre", "account_group", "", "cost_object")
_KINDS = {Against.BUDGET: VersionKind.BUDGET, Against.FORECAST: VersionKind.FORECAST}


@dataclass(frozen=True)
class Plan:
    """The versions that count for some years, and the lines of any that the user sees. `missing` are years without
    one."""

    against: Against
    versions: Sequence[BudgetVersion]
    missing: Sequence[int]
    lines: BudgetLineQuerySet

    @property
    def name(self) -> str:
        return str(self.against.label)

    @property
    def words(self) -> str:
        """As it stands after an amount."""
        return words_of(self.against)

    @property
    def titles(self) -> str:
        return ", ".join(str(version) for version in self.versions)


def words_of(against: Against) -> str:
    return _("i budget") if against is Against.BUDGET else _("i prognos")


def counting(against: Against, year: int) -> Subquery:
    """The key of the version that counts for a year: of forecasts the latest. Part of another query."""
    found = BudgetVersion.objects.counting(_KINDS[against]).filter(year=year).order_by("-tertial")
    return Subquery(found.values("pk")[:1])


def plan(user: User | AnonymousUser, on: dt.date, against: str, years: Sequence[int]) -> Plan | None:
    """None for last year, which is no plan. One query, and those of what the user may see when the lines are read."""
    if against not in (Against.BUDGET, Against.FORECAST):
        return None
    found: dict[int, BudgetVersion] = {}
    counting = BudgetVersion.objects.counting(_KINDS[Against(against)]).filter(year__in=years)
    for version in counting.order_by("year", "tertial"):
        found[version.year] = version  # the year's latest forecast
    missing = [year for year in years if year not in found]
    return Plan(Against(against), list(found.values()), missing, BudgetLine.objects.visible_to(user, on))


def cut_for(chosen: Selection, by: str = "") -> str | None:
    """The cut that answers a selection, turned by a dimension. None: no plan is made for it."""
    if by == "supplier":
        return None
    of_centres = bool(chosen.units.codes or chosen.cost_centres.codes) or by == "cost_centre"
    of_objects = bool(chosen.objects.codes) or by in ("cost_object", "owner")
    if of_centres and of_objects:
        return None
    return "cost_object" if of_objects else "cost_centre"


def lines_for(found: Plan, chosen: Selection, cut: str, field: str = "") -> BudgetLineQuerySet:
    """The lines of a cut within a selection and its months, to be asked about by a field."""
    own: BudgetLineQuerySet = (
        found.lines.coarse(field, *chosen.fields)
        .filter(version__in=found.versions, **{f"{cut}__isnull": False})
        .filter(chosen.scope(PLANNED) & chosen.periods(PLANNED))
        .order_by()
    )
    return own


def of_kind(kind: FlowKind) -> Q:
    if kind is FlowKind.DISTRIBUTION:
        return Q(pk__in=[])
    return in_groups_of(kind.value)


@dataclass(frozen=True)
class PlannedFlows:
    """A selection's planned amounts, in the ledger's signs."""

    by_kind: dict[FlowKind, Decimal]
    by_month: dict[tuple[FlowKind, Period], Decimal]


def planned(lines: BudgetLineQuerySet) -> PlannedFlows:
    """One query."""
    by_kind = dict.fromkeys(FlowKind, ZERO)
    by_month: dict[tuple[FlowKind, Period], Decimal] = {}
    for period, account_kind, total in lines.values_list("period", "account_group__kind").annotate(total=Sum("amount")):
        kind = kind_of(account_kind, is_distribution=False)
        by_kind[kind] += total
        by_month[kind, period] = by_month.get((kind, period), ZERO) + total
    return PlannedFlows(by_kind, by_month)


def held_against(found: Flows, wanted: PlannedFlows) -> Flows:
    """The flows with what is planned in the place of last year."""
    by_kind: dict[FlowKind, Any] = {
        kind: Compared(amount.this, wanted.by_kind[kind]) for kind, amount in found.by_kind.items()
    }
    return replace(found, by_kind=by_kind)


def no_comparison(found: Plan | None, chosen: Selection, by: str) -> str:
    """Why there is nothing to compare with, in words for the page; empty when there is."""
    if found is None:
        return ""
    if not found.versions:
        years = ", ".join(map(str, found.missing))
        return _("Ingen %(what)s är fastställd för %(years)s. Här visas förra året i stället.") % {
            "what": found.name.lower(),
            "years": years,
        }
    if by == "supplier":
        return _("Ingen plan är lagd per leverantör. Här visas förra året i stället.")
    if cut_for(chosen, by) is None:
        return _(
            "%(what)s är lagd per kostnadsställe och per kostnadsbärare, men inte på båda samtidigt. Här visas förra"
            " året i stället. Välj bort det ena."
        ) % {"what": {Against.BUDGET: _("Budgeten"), Against.FORECAST: _("Prognosen")}[found.against]}
    return ""


def partly(found: Plan) -> str:
    """Years without a plan among those that are compared, in words."""
    if not found.missing:
        return ""
    years = ", ".join(map(str, found.missing))
    return _("För %(years)s finns ingen fastställd %(what)s: de månaderna räknas som noll.") % {
        "what": found.name.lower(),
        "years": years,
    }
