"""Cost, funding and income of cost objects and projects, out of the sums that a user may see."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.urls import reverse

from finance.choices import AccountKind, Against, FlowKind
from finance.models import (
    AccountGroup,
    AllocationLine,
    BudgetLine,
    CostRollup,
    FundingIncome,
    FundingShare,
    FundingSource,
    LedgerCell,
    LedgerProject,
)
from finance.models.budget import BudgetLineQuerySet
from finance.models.planned_scope import sensitive_groups
from finance.models.rollup import CostRollupQuerySet
from finance.models.scope import CELL, ledger_scope, sees_everything, sight
from finance.reports import funded
from finance.reports.against import counting
from finance.reports.funded import ZERO, Funding, Share, Source
from finance.reports.selection import SEPARATOR, Selection, in_periods
from services.choices import CostObjectKind
from services.models import CostObject
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months

#: Kinds that the plan asks a model of (indicator I28). An overhead object may have one too.
WITH_MODEL = (CostObjectKind.AREA, CostObjectKind.SERVICE, CostObjectKind.MAINTENANCE_OBJECT)

OBJECT, PROJECT = "object", "project"


@dataclass(frozen=True)
class Seen:
    """The rows that count now and that somebody may see."""

    rollups: CostRollupQuerySet
    planned: BudgetLineQuerySet
    lines: "QuerySet[AllocationLine]"
    cells: "QuerySet[LedgerCell]"
    #: Whether only the account groups without anything sensitive are in.
    open_groups: bool = False

    def groups(self) -> str:
        """The account groups that the cost is in, as an address has them; empty for all. One query, or none."""
        if not self.open_groups:
            return ""
        costly = AccountGroup.objects.filter(kind=AccountKind.COST).exclude(sensitive_groups("pk"))
        codes = costly.order_by("chart__code", "code").values_list("chart__code", "code")
        return SEPARATOR.join(f"{chart}.{code}" for chart, code in codes)


def seen_by(user: User | AnonymousUser, on: dt.date) -> Seen:
    """What a user may see. Projects are nobody's: their cells are for those who see all that is open.

    Who doesn't see everything gets the cost of the groups whose budget is open too: a gap between a part of the cost
    and another part of the budget would be none.
    """
    rollups = CostRollup.objects.visible_to(user, on).in_force()
    cells = LedgerCell.objects.filter(ledger_scope(sight(user, on), CELL, Q(pk__in=[])), batch__ended_at=None)
    open_groups = not sees_everything(user)
    if open_groups:
        rollups = rollups.exclude(sensitive_groups())
        cells = cells.exclude(sensitive_groups("code_string__account__group"))
    return Seen(
        rollups,
        BudgetLine.objects.visible_to(user, on),
        AllocationLine.objects.visible_to(user, on).in_force().filter(cell__batch__ended_at=None),
        cells,
        open_groups,
    )


def open_to_all() -> Seen:
    """What holds nothing sensitive, for measures that everybody sees: groups without sensitive accounts, in the cost as
    in the budget."""
    whole = everything()
    return Seen(
        whole.rollups.exclude(sensitive_groups()),
        whole.planned.exclude(sensitive_groups()),
        whole.lines.exclude(sensitive_groups("cell__code_string__account__group")),
        whole.cells.exclude(sensitive_groups("code_string__account__group")),
        open_groups=True,
    )


def everything() -> Seen:
    """For measures of the whole, which name no amount of a single one."""
    return Seen(
        CostRollup.objects.in_force(),
        BudgetLine.objects.all(),
        AllocationLine.objects.in_force().filter(cell__batch__ended_at=None),
        LedgerCell.objects.filter(batch__ended_at=None),
    )


@dataclass(frozen=True)
class Target:
    """A cost object or a project in the ledger. `kind` is object or project; `needs_model`: the plan asks for one."""

    kind: str
    pk: int
    code: str
    name: str
    label: str = ""
    needs_model: bool = False

    @property
    def url(self) -> str:
        """Its model, and what that is made of."""
        return reverse("finance:funding_model", args=[self.kind, self.code])


@dataclass(frozen=True)
class Row:
    """One target in some months. `model` is the one that holds on the day asked about; income is above zero."""

    target: Target
    cost: Decimal
    funding: Funding
    model: tuple[Share, ...] = ()
    shares: tuple[Share, ...] = ()
    income: dict[Source, Decimal] = field(default_factory=dict)
    #: The cost's rows in the ledger.
    cost_url: str = ""

    @property
    def funded(self) -> Decimal:
        return self.funding.funded

    @property
    def gap(self) -> Decimal:
        return funded.gap(self.funded, self.cost)

    @property
    def covered(self) -> Decimal:
        return funded.covered(self.funded, self.cost)

    @property
    def income_total(self) -> Decimal:
        return sum(self.income.values(), ZERO)

    @property
    def lacks_model(self) -> bool:
        return not self.model


def without_model(objects: "QuerySet[CostObject]", on: dt.date) -> "QuerySet[CostObject]":
    """Those that are to have a model and have none on a day."""
    held = FundingShare.objects.on(on).filter(cost_object=OuterRef("pk"))
    rows: QuerySet[CostObject] = objects.active(on).filter(~Exists(held), kind__in=WITH_MODEL)  # type: ignore[attr-defined]
    return rows


def one_object(seen: Seen, own: CostObject, first: Period, last: Period, on: dt.date) -> Row:
    """A single cost object, without its income and the way to its rows. Three queries."""
    rows = FundingShare.objects.of(own).select_related("source").order_by("source__position", "source__code")
    shares = tuple(
        Share(
            Source(row.source.pk, row.source.code, row.source.name, row.source.is_unfunded),
            row.share,
            row.valid,
            row.registry_no,
        )
        for row in rows
    )
    cost = _by_month(seen.rollups.costs().filter(in_periods("period", first, last), cost_object=own.pk), "cost_object")
    needs = own.kind in WITH_MODEL
    target = Target(OBJECT, own.pk, own.code, own.name, own.kind_label, needs)
    planned = _planned(seen, [own.pk], first, last)
    return _rows([target], list(months(first, last)), on, {own.pk: shares}, cost, planned, {}, "")[0]


def day_of(last: Period, on: dt.date) -> dt.date:
    """The day whose model is shown for months up to `last`: today in this year, else the end of the months."""
    return on if last.year == on.year else last.last_day


def sources() -> list[Source]:
    """In their own order. One query."""
    shown = set(FundingIncome.objects.values_list("source", flat=True))
    return [
        Source(source.pk, source.code, source.name, source.is_unfunded, source.pk in shown)
        for source in FundingSource.objects.all()
    ]


def shares_of(kind: str, known: Iterable[Source], where: Q) -> dict[int, tuple[Share, ...]]:
    """Target's key → its shares that hold some day. One query."""
    by_key = {source.pk: source for source in known}
    found: dict[int, list[Share]] = defaultdict(list)
    column = "cost_object" if kind == OBJECT else "project"
    rows = FundingShare.objects.filter(where, **{f"{column}__isnull": False}).order_by("source__position", "source_id")
    for key, source, share, valid, registry_no in rows.values_list(column, "source", "share", "valid", "registry_no"):
        found[key].append(Share(by_key[source], share, valid, registry_no))
    return {key: tuple(shares) for key, shares in found.items()}


def object_rows(seen: Seen, objects: "QuerySet[CostObject]", first: Period, last: Period, on: dt.date) -> list[Row]:
    """The cost objects that are active, or have cost, a budget or a model in the months. Eight queries."""
    known = sources()
    active = set(CostObject.objects.active(on).filter(kind__in=WITH_MODEL).values_list("pk", flat=True))
    targets = [
        Target(OBJECT, one.pk, one.code, one.name, one.kind_label, one.pk in active) for one in objects.order_by("name")
    ]
    costs = seen.rollups.costs().coarse("cost_object").filter(in_periods("period", first, last))
    keys = [target.pk for target in targets]  # A list is held against each row; a query would be joined with all.
    cost = _by_month(costs.filter(cost_object__in=keys), "cost_object")
    lines = seen.lines.filter(in_periods("period", first, last), cost_object__in=keys)
    rows = _rows(
        targets,
        list(months(first, last)),
        day_of(last, on),
        shares_of(OBJECT, known, Q(cost_object__in=keys)),
        cost,
        _planned(seen, keys, first, last),
        income_by(lines, "cost_object", "cell__code_string__account", known),
        seen.groups(),
    )
    return [row for row in rows if row.target.needs_model or row.cost or row.funding.base or row.income or row.model]


def project_rows(seen: Seen, first: Period, last: Period, on: dt.date) -> list[Row]:
    """The projects in the ledger that have, or have had, a model. Five queries. A project has no budget here."""
    known = sources()
    shares = shares_of(PROJECT, known, Q())
    targets = [
        Target(PROJECT, one.pk, one.code, str(one), needs_model=True)
        for one in LedgerProject.objects.filter(pk__in=shares).order_by("code")
    ]
    cells = seen.cells.filter(in_periods("period", first, last), code_string__project__in=shares)
    is_cost = Q(code_string__account__group__kind=AccountKind.COST, code_string__account__is_distribution=False)
    cost = _by_month(cells.filter(is_cost), "code_string__project")
    income = income_by(cells, "code_string__project", "code_string__account", known)
    return _rows(targets, list(months(first, last)), day_of(last, on), shares, cost, {}, income, seen.groups())


def _rows(
    targets: Sequence[Target],
    chosen: list[Period],
    day: dt.date,
    shares: dict[int, tuple[Share, ...]],
    cost: dict[int, dict[Period, Decimal]],
    planned: dict[int, dict[Period, Decimal]],
    income: dict[int, dict[Source, Decimal]],
    groups: str,
) -> list[Row]:
    found = []
    for target in targets:
        own, booked = shares.get(target.pk, ()), cost.get(target.pk, {})
        found.append(
            Row(
                target,
                sum(booked.values(), ZERO),
                funded.funding(own, booked, planned.get(target.pk, {}), chosen),
                funded.model_on(own, day),
                own,
                income.get(target.pk, {}),
                _cost_url(target, chosen, day, groups),
            )
        )
    return found


def _cost_url(target: Target, chosen: list[Period], day: dt.date, groups: str) -> str:
    only = {"project": target.code} if target.kind == PROJECT else {"cost_object": target.code}
    return Selection(day, chosen[0], chosen[-1]).rows_url(kind=FlowKind.COST.value, group=groups, **only)


def _by_month(rows: Any, column: str) -> dict[int, dict[Period, Decimal]]:
    found: dict[int, dict[Period, Decimal]] = defaultdict(dict)
    for key, period, total in rows.order_by().values_list(column, "period").annotate(total=Sum("amount")):
        found[key][Period(period)] = total
    return found


def _planned(seen: Seen, objects: Sequence[int], first: Period, last: Period) -> dict[int, dict[Period, Decimal]]:
    """The whole years' budgeted cost, of the budgets that count."""
    versions = Q(pk__in=[])
    for year in range(first.year, last.year + 1):
        versions |= Q(version=counting(Against.BUDGET, year))
    lines = seen.planned.coarse("cost_object").costs().filter(versions, cost_object__in=objects)
    return _by_month(lines, "cost_object")


def income_by(rows: Any, column: str, account: str, known: Iterable[Source]) -> dict[int, dict[Source, Decimal]]:
    """Key → source → income above zero, of the accounts and groups that the sources name. Two queries."""
    by_key = {source.pk: source for source in known}
    of_account: dict[int, int] = {}
    of_group: dict[int, int] = {}
    for owner, group, single in FundingIncome.objects.values_list("source", "account_group", "account"):
        (of_account if single else of_group)[single or group] = owner
    named = Q(**{f"{account}__in": of_account}) | Q(
        **{f"{account}__group__in": of_group, f"{account}__is_distribution": False}
    )
    found: dict[int, dict[Source, Decimal]] = defaultdict(dict)
    sums = rows.filter(named).order_by().values_list(column, account, f"{account}__group").annotate(total=Sum("amount"))
    for key, single, group, total in sums:
        source = by_key[of_account.get(single) or of_group[group]]
        found[key][source] = found[key].get(source, ZERO) - total
    return found


def income_in_all(seen: Seen, first: Period, last: Period, known: Sequence[Source]) -> dict[Source, Decimal]:
    """Source → income, whether it reached a cost object or not. Two queries."""
    cells = seen.cells.filter(in_periods("period", first, last)).annotate(whole=Value(0))
    return income_by(cells, "whole", "code_string__account", known).get(0, {})


def income_of(source: FundingSource | int, account: str) -> Q:
    """The rows that are a source's income, as `income_by` adds them up; `account` leads from a row to its account."""
    own = FundingIncome.objects.filter(source=source)
    singles = FundingIncome.objects.filter(account__isnull=False).values("account")
    return Q(**{f"{account}__in": own.filter(account__isnull=False).values("account")}) | (
        Q(
            **{
                f"{account}__group__in": own.filter(account_group__isnull=False).values("account_group"),
                f"{account}__is_distribution": False,
            }
        )
        & ~Q(**{f"{account}__in": singles})
    )
