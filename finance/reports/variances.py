"""Where cost is so far off its budget that it has to be explained: by unit and by cost object, for the year up to the
end of a tertial. The version's own two limits say how far that is; both have to be passed."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from finance.choices import AccountKind, Against, Sensitivity, VersionKind
from finance.models import (
    AccountGroup,
    BudgetLine,
    BudgetVersion,
    CostCentre,
    CostCentreUnit,
    CostRollup,
    VarianceComment,
)
from finance.models.planned_scope import sensitive_groups
from finance.models.scope import sight
from finance.reports.economy import ZERO, Compared
from services.access import managed_units, owned_cost_objects
from services.models import CostObject
from vp_portal.core.access import Role, has_role, looks_back
from vp_portal.core.history import names_of
from vp_portal.core.models import User
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Variance:
    """`kind` is unit or cost_object. `may_write`: the user is the one who explains it. `url` leads to what the cost is
    made of."""

    kind: str
    pk: int
    code: str
    name: str
    cost: Compared
    may_write: bool
    comment: VarianceComment | None = None
    by: str = ""
    url: str = ""

    @property
    def is_missing(self) -> bool:
        return self.comment is None


@dataclass(frozen=True)
class Variances:
    """`version` is None where no budget counts for the year."""

    period: Period
    version: BudgetVersion | None
    rows: Sequence[Variance] = ()

    @property
    def number(self) -> int:
        """The period as it stands in addresses."""
        return int(self.period)

    @property
    def missing(self) -> int:
        return sum(row.is_missing for row in self.rows)


def period_due(latest: Period | None) -> Period | None:
    """The end of the latest tertial that is wholly booked, in the year of the latest month."""
    if latest is None or latest.month < 4:
        return None
    return Period(latest.year * 100 + latest.month // 4 * 4)


def passes(cost: Compared, version: BudgetVersion) -> bool:
    """Both limits are passed; against nothing planned, the amount decides."""
    off = abs(cost.difference)
    return off > version.limit_amount and off * 100 > version.limit_percent * abs(cost.last)


def variances(user: User | AnonymousUser, on: dt.date, period: Period) -> Variances:
    """What the user sees of them, the largest first. Up to thirteen queries."""
    version = BudgetVersion.objects.counting(VersionKind.BUDGET).filter(year=period.year).first()
    if version is None:
        return Variances(period, None)
    mine = set(managed_units(user, on).values_list("pk", flat=True))
    owned = set(owned_cost_objects(user, on).values_list("pk", flat=True))
    rows = [*_of_units(user, on, version, period, mine), *_of_objects(user, on, version, period, owned)]
    comments = {
        (comment.unit_id, comment.cost_object_id): comment
        for comment in VarianceComment.objects.filter(version=version, period=period)
    }
    names = names_of({comment.made_by_id for comment in comments.values()}) if comments else {}
    found = [_finished(row, period, comments, names) for row in rows if passes(row.cost, version)]
    return Variances(period, version, sorted(found, key=lambda row: (-abs(row.cost.difference), row.name)))


def unexplained(user: User | AnonymousUser, on: dt.date, units: Collection[int], period: Period | None) -> list[str]:
    """The names of the units whose variance waits for its explanation. One query, none before a tertial is booked."""
    if period is None:
        return []
    version = BudgetVersion.objects.counting(VersionKind.BUDGET).filter(year=period.year)
    said = VarianceComment.objects.filter(version__in=version, period=period, unit=OuterRef("unit_id"))
    booked = CostRollup.objects.visible_to(user, on).in_force().costs()
    planned = BudgetLine.objects.visible_to(user, on).costs().filter(version__in=version)
    every: Any = CostCentre.objects.with_unit(on)
    own = sight(user, on).concerned.now  # none for who sees everything, and has all totals
    if own and not looks_back(user):
        booked, every = booked.on_centres(own), every.filter(pk__in=own)
    booked = booked.coarse("cost_centre")
    centres = (
        every.filter(unit_id__in=units)
        .annotate(
            booked=_sums(booked, "cost_centre", period),
            planned=_sums(planned, "cost_centre", period),
            limit_percent=Subquery(version.values("limit_percent")),
            limit_amount=Subquery(version.values("limit_amount")),
            is_said=Exists(said),
        )
        .filter(limit_amount__isnull=False, is_said=False)
    )
    sums: dict[str, tuple[Compared, BudgetVersion]] = {}
    fields = ("unit_name", "booked", "planned", "limit_percent", "limit_amount")
    for name, this, last, percent, amount in centres.values_list(*fields):
        cost, _limits = sums.get(name, (Compared(), None))
        sums[name] = cost + Compared(this, last), BudgetVersion(limit_percent=percent, limit_amount=amount)
    return sorted(name for name, (cost, limits) in sums.items() if passes(cost, limits))


def _finished(
    row: Variance, period: Period, comments: dict[Any, VarianceComment], names: dict[int | None, str]
) -> Variance:
    """With its explanation, and the address of its parts."""
    key = (row.pk, None) if row.kind == "unit" else (None, row.pk)
    comment = comments.get(key)
    by = names[comment.made_by_id] if comment else ""
    what = {"unit": row.code, "own": "on"} if row.kind == "unit" else {"cost_object": row.code}
    months = {"from": period.year * 100 + 1, "to": int(period), "compare": Against.BUDGET.value}
    return replace(row, comment=comment, by=by, url=f"{reverse('finance:economy')}?{urlencode(what | months)}")


def _sums(rows: QuerySet, node: str, period: Period) -> Any:
    """The cost of the year up to the period, of the node that the outer query is about."""
    year = rows.filter(**{node: OuterRef("pk")}, period__gte=Period(period.year * 100 + 1), period__lte=period)
    total = year.order_by().values(node).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), Value(ZERO), output_field=DecimalField(max_digits=20, decimal_places=2))


def _sums_by(rows: QuerySet, node: str, period: Period) -> dict[int | None, Decimal]:
    """Node → its cost of the year up to the period. One query."""
    year = rows.filter(period__gte=Period(period.year * 100 + 1), period__lte=period)
    return dict(year.order_by().values_list(node).annotate(total=Sum("amount")))


def _of_units(
    user: User | AnonymousUser, on: dt.date, version: BudgetVersion, period: Period, mine: set[int]
) -> list[Variance]:
    """Each unit's own cost centres, as of the day; units below stand for themselves. Whoever sees only a cost object's
    part of a unit's cost has nothing to hold against its budget."""
    wide = has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR)
    booked = CostRollup.objects.visible_to(user, on).in_force().costs()
    planned = BudgetLine.objects.visible_to(user, on).coarse("cost_centre").costs().filter(version=version)
    this = _sums_by(booked.coarse("cost_centre"), "cost_centre", period)
    last = _sums_by(planned.per_centre(), "cost_centre", period)
    centres = CostCentreUnit.objects.on(on).order_by()
    sums: dict[tuple[int, str, str], Compared] = {}
    for pk, unit, code, name in centres.values_list("cost_centre", "unit", "unit__code", "unit__name"):
        if wide or unit in mine:
            cost = Compared(this.get(pk, ZERO), last.get(pk, ZERO))
            sums[unit, code, name] = sums.get((unit, code, name), Compared()) + cost
    return [Variance("unit", *unit, cost, unit[0] in mine) for unit, cost in sums.items()]


def _of_objects(
    user: User | AnonymousUser, on: dt.date, version: BudgetVersion, period: Period, owned: set[int]
) -> list[Variance]:
    """The open part of each cost object's cost, whoever asks: who answers for it sees no more."""
    booked = CostRollup.objects.visible_to(user, on).in_force().costs().coarse("cost_object")
    this = _sums_by(booked.filter(sensitivity=Sensitivity.OPEN), "cost_object", period)
    last = _planned_of_objects(user, on, version, period)
    return [
        Variance("cost_object", pk, code, name, Compared(this.get(pk, ZERO), last[pk]), pk in owned)
        for pk, code, name in CostObject.objects.values_list("pk", "code", "name")
        if last.get(pk)  # what has no budget of its own is not off it
    ]


def _planned_of_objects(
    user: User | AnonymousUser, on: dt.date, version: BudgetVersion, period: Period
) -> dict[int | None, Decimal]:
    """Of the groups without sensitive accounts: all of them less the few others, where there are totals of all."""
    lines = BudgetLine.objects.visible_to(user, on)
    totals = lines.coarse("cost_object")
    hidden = AccountGroup.objects.filter(sensitive_groups("pk"), kind=AccountKind.COST)
    keys = list(hidden.order_by().values_list("pk", flat=True))  # Asked of each line, it took half of the time.
    own = lines.filter(version=version).per_object()
    if totals is lines:
        return _sums_by(own.costs().exclude(account_group__in=keys), "cost_object", period)
    every = _sums_by(totals.costs().filter(version=version), "cost_object", period)
    without = _sums_by(own.filter(account_group__in=keys), "cost_object", period)
    return {key: total - without.get(key, ZERO) for key, total in every.items()}


def table(found: Variances) -> tuple[list[list[Any]], list[str]]:
    """Rows and columns of a file."""
    columns = [_("Vad"), _("Utfall"), _("Budget"), _("Avvikelse"), _("Förklaring"), _("Av")]
    rows: list[list[Any]] = [
        [row.name, row.cost.this, row.cost.last, row.cost.difference, row.comment.text if row.comment else "", row.by]
        for row in found.rows
    ]
    return rows, columns
