"""Everything the page of the economy shows, in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from finance.choices import FlowKind
from finance.models.rollup import CostRollupQuerySet
from finance.models.scope import sees_everything
from finance.reports import against, checks, economy, month_parts, suppliers
from finance.reports.against import Plan
from finance.reports.comparable import Comparable
from finance.reports.economy import Compared, Flows
from finance.reports.selection import NONE, Selection
from finance.reports.spans import spans, tab
from finance.reports.turned import DIMENSIONS, FIELDS, MONTH, SORTS, Turned, Turning, turned
from vp_portal.core import charts, formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months


@dataclass(frozen=True)
class Flow:
    """One kind of row in the selection, in the ledger's signs."""

    label: str
    amount: Decimal
    url: str


@dataclass(frozen=True)
class EconomyPage:
    """`kind` is what the months and the table show; net has no rows of its own. `lacks` says what the comparison
    lacks, where it isn't whole."""

    chosen: Selection
    kind: FlowKind
    flows: Flows
    chart: charts.Chart
    table: Turned
    proof: checks.SelectionProof | None
    lacks: str
    left_out: checks.LeftOut
    kinds: Sequence[Flow]
    tabs: Sequence[dict[str, Any]]
    kind_tabs: Sequence[dict[str, Any]]
    sort_urls: dict[str, str]
    all_url: str
    cost_url: str
    shown_url: str
    last_shown_url: str
    income_url: str
    unallocated_url: str
    special_url: str
    plan: Plan | None
    notes: Sequence[str]
    spans: Sequence[dict[str, Any]]
    money: formatting.MoneyUnit
    money_tabs: Sequence[dict[str, Any]]

    @property
    def first(self) -> Period:
        return economy.bounds(self.chosen)[0]

    @property
    def last(self) -> Period:
        return economy.bounds(self.chosen)[1]

    @property
    def own_url(self) -> str:
        """The chosen unit without those below it; empty where that is chosen already, or no unit."""
        chosen = self.chosen
        here = {"by": self.table.dimension.code, "own": "on"}
        return chosen.economy_url(**here) if chosen.units.codes and not chosen.own_only else ""

    @property
    def flow_url(self) -> str:
        """The same selection as a flow."""
        return self.chosen.url("finance:flow")

    @property
    def showback_url(self) -> str:
        """What a user of the same selection costs."""
        return self.chosen.url("finance:showback")

    @property
    def cost_change(self) -> str:
        """Empty where there is no per cent to tell."""
        return self._change(self.flows.cost)

    @property
    def income_change(self) -> str:
        return self._change(self.flows.income)

    def _change(self, amount: Compared) -> str:
        return "" if amount.percent is None else formatting.percent(amount.percent, 1, signed=True)

    @property
    def this_name(self) -> str:
        return economy.names(self.chosen)[0]

    @property
    def last_name(self) -> str:
        return self.plan.name if self.plan else economy.names(self.chosen)[1]

    @property
    def last_words(self) -> str:
        """As it stands after an amount."""
        return self.plan.words if self.plan else economy.names(self.chosen)[1]

    @property
    def against_words(self) -> str:
        """What the page is about, after "mot"."""
        return self.plan.titles if self.plan else _("samma månader förra året")

    @property
    def proof_total(self) -> Decimal | None:
        """The ledger's sum, with the sign of the table."""
        return None if self.proof is None else self.proof.table.ledger * economy.sign_of(self.kind)

    @property
    def proof_label(self) -> str:
        if self.is_cost:
            return _("Summan av delarna = kostnaderna i huvudboken")
        return _("Summan av delarna = intäkterna i huvudboken")

    @property
    def is_cost(self) -> bool:
        return self.kind is FlowKind.COST

    @property
    def is_empty(self) -> bool:
        """Nothing at all in the months, this year or last."""
        return not self.flows.by_month and not self.flows.has_special


def page(
    seen: CostRollupQuerySet,
    chosen: Selection,
    wanted: Turning,
    user: User | AnonymousUser,
    *,
    booked_from: Period,
    latest: Period | None = None,
) -> EconomyPage:
    """Five or six queries, more where a unit is chosen or a plan is compared with. `booked_from` is the first month
    with rows for the user, `latest` the last one for anybody."""
    kind = FlowKind(chosen.kind or FlowKind.COST)
    found = economy.flows(seen, chosen)
    plan, notes = _plan(user, chosen, wanted)
    cut = against.cut_for(chosen, wanted.by) or ""
    lines = against.lines_for(plan, chosen, cut, FIELDS.get(wanted.by, "")) if plan else None
    planned, amounts = None, None
    if plan and lines is not None:
        amounts = against.planned(lines)
        found, planned = against.held_against(found, amounts), _planned_series(plan, amounts, chosen, kind)
        lines = lines.filter(against.of_kind(kind))
    comparable = Comparable(booked_from, latest or economy.bounds(chosen)[1], plan)
    lacks = comparable.lacks(chosen)
    if lacks:
        found = economy.not_whole(found)
    ready = None
    if wanted.by == "supplier":
        ready = suppliers.parts(user, seen, chosen, kind)
    elif wanted.by == MONTH:
        ready = month_parts.parts(found, chosen, kind, amounts, comparable)
    table = turned(seen, chosen, kind, wanted, lines, ready, is_whole=not lacks)
    shown = table.total.this * economy.sign_of(kind)
    here = {"by": wanted.by, "sort": wanted.sort}
    caption = _("%(kind)s per månad") % {"kind": kind.label}
    return EconomyPage(
        chosen=chosen,
        kind=kind,
        flows=found,
        chart=economy.month_chart(found, chosen, kind, caption, booked_from, planned),
        table=table,
        proof=checks.proof(shown, found, chosen, kind) if sees_everything(user) else None,
        lacks=lacks,
        left_out=checks.left_out_of(user, chosen),
        kinds=_kinds(found, chosen),
        last_shown_url="" if plan else chosen.last_year.rows_url(kind=kind.value),
        plan=plan,
        notes=notes,
        **_other_ways(chosen, here, kind),
        **_rows_urls(chosen, kind),
        spans=spans(chosen, latest or economy.bounds(chosen)[1], partial(chosen.economy_url, **here)),
    )


def _other_ways(chosen: Selection, here: dict[str, str], kind: FlowKind) -> dict[str, Any]:
    """The same selection turned, sorted and written in other ways."""
    return {
        "tabs": [
            tab(one.label, chosen.economy_url(**_kept(here, one.code), by=one.code), one.code == here["by"])
            for one in DIMENSIONS.values()
        ],
        "kind_tabs": [
            tab(one.label, chosen.economy_url(**here, kind="" if one is FlowKind.COST else one.value), one is kind)
            for one in (FlowKind.COST, FlowKind.INCOME)
        ],
        "sort_urls": {sort: chosen.economy_url(**here | {"sort": sort}) for sort in SORTS},
        "all_url": chosen.economy_url(**here, show="all"),
        "money": formatting.MONEY_UNITS[chosen.money or formatting.USUAL_MONEY],
        "money_tabs": _money_tabs(chosen, here),
    }


def _rows_urls(chosen: Selection, kind: FlowKind) -> dict[str, Any]:
    """The rows behind the page's sums."""
    return {
        "cost_url": chosen.rows_url(kind=FlowKind.COST.value),
        "shown_url": chosen.rows_url(kind=kind.value),
        "income_url": chosen.rows_url(kind=FlowKind.INCOME.value),
        "unallocated_url": chosen.rows_url(kind=FlowKind.COST.value, cost_object=NONE),
        "special_url": chosen.rows_url(kind="", special=1),
    }


def _kept(here: dict[str, str], by: str) -> dict[str, str]:
    """The order goes with the table to another way to turn it; the months' own order is no order of others."""
    return {} if MONTH in (here["by"], by) else {"sort": here["sort"]}


def _plan(user: User | AnonymousUser, chosen: Selection, wanted: Turning) -> tuple[Plan | None, list[str]]:
    """What to compare with instead of last year, and what there is to say about it."""
    first, last = economy.bounds(chosen)
    found = against.plan(user, chosen.on, chosen.compare, range(first.year, last.year + 1))
    if found is None:
        return None, []
    if why := against.no_comparison(found, chosen, wanted.by):
        return None, [why]
    return found, []


def _planned_series(plan: Plan, planned: against.PlannedFlows, chosen: Selection, kind: FlowKind) -> charts.Series:
    points = [
        charts.Point(
            label=formatting.month_label(period),
            value=planned.by_month.get((kind, period), economy.ZERO) * economy.sign_of(kind),
            name=formatting.period_name(period),
        )
        for period in months(*economy.bounds(chosen))
    ]
    return charts.Series(plan.name, points, "2")


def _money_tabs(chosen: Selection, here: dict[str, str]) -> list[dict[str, Any]]:
    used = chosen.money or formatting.USUAL_MONEY
    return [
        tab(
            unit.label,
            chosen.economy_url(**here | {"money": "" if code == formatting.USUAL_MONEY else code}),
            code == used,
        )
        for code, unit in formatting.MONEY_UNITS.items()
    ]


def _kinds(found: Flows, chosen: Selection) -> list[Flow]:
    return [
        Flow(str(kind.label), amount.this, chosen.rows_url(kind=kind.value))
        for kind, amount in found.by_kind.items()
        if amount.this
    ]


def table(shown: EconomyPage) -> tuple[list[list[Any]], list[str]]:
    """The turned table as rows of a file, all parts included, and what the comparison lacks."""
    dimension = shown.table.dimension
    columns = [
        _("Kod"),
        str(dimension.label),
        shown.this_name,
        shown.last_name,
        _("Skillnad"),
        _("Skillnad, %"),
    ]
    rows = [
        [
            "" if part.lacks or part.code == NONE else part.code.removeprefix(suppliers.NUMBER),
            part.name,
            part.amount.this,
            part.amount.last,
            part.amount.told,
            part.amount.percent,
        ]
        for part in shown.table.parts
    ]
    total = shown.table.total
    rows.append(["", _("Summa"), total.this, total.last, total.told, total.percent])
    return [*rows, *([[shown.lacks]] if shown.lacks else [])], columns
