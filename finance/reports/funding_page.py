"""The page of the funding: each cost object's cost against its funding, and each source's income against the model."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from finance.choices import FlowKind
from finance.models.rollup import IS_COST
from finance.reports import checks, funded, funding
from finance.reports.funded import ZERO, Source
from finance.reports.funding import PROJECT, Row, Seen
from finance.reports.selection import NONE, Selection, in_periods
from services.access import owned_cost_objects
from services.models import CostObject, Service
from vp_portal.core import formatting
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.core.periods import Period

#: What the table can be narrowed to.
ALL, WITH_GAP, WITHOUT_MODEL = "", "gap", "missing"


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `source` is a code, `area` the key of a service area."""

    first: Period
    last: Period
    on: dt.date
    cut: str = funding.OBJECT
    kind: str = ""
    area: int | None = None
    source: str = ""
    show: str = ALL

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.area or self.source or self.show)


@dataclass(frozen=True)
class SourceLine:
    """A source's part of the models in kronor, and its income: None where nothing shows it or nothing can."""

    source: Source
    model: Decimal
    part: Decimal | None
    income: Decimal | None
    url: str = ""

    @property
    def difference(self) -> Decimal | None:
        return None if self.income is None else self.income - self.model


@dataclass(frozen=True)
class FundingPage:
    """`rows` are those asked for, the largest gap first. The sums are of them; `defined` and `asked_of` count the
    ones that the plan asks a model of. `homeless`: cost that no cost object has, None where it isn't told."""

    asked: Asked
    rows: Sequence[Row]
    sources: Sequence[SourceLine]
    without_model: int
    defined: int
    asked_of: int
    homeless: Decimal | None
    left_out: checks.LeftOut
    is_wide: bool

    @property
    def cost(self) -> Decimal:
        return sum((row.cost for row in self.rows), ZERO)

    @property
    def base(self) -> Decimal:
        return sum((row.funding.base for row in self.rows), ZERO)

    @property
    def funded(self) -> Decimal:
        return sum((row.funded for row in self.rows), ZERO)

    @property
    def gap(self) -> Decimal:
        return sum((row.gap for row in self.rows), ZERO)

    @property
    def gap_share(self) -> Decimal | None:
        """Indicator I29, of the rows shown."""
        return funded.ratio(self.gap, sum((max(row.cost, ZERO) for row in self.rows), ZERO))

    @property
    def off_model(self) -> Decimal | None:
        """Indicator I30, of the rows shown: None where no source can be held against the ledger."""
        shown = [line for line in self.sources if line.income is not None]
        off = sum((abs(line.difference or ZERO) for line in shown), ZERO)
        return funded.ratio(off, sum((line.model for line in shown), ZERO))

    @property
    def income(self) -> Decimal:
        return sum((row.income_total for row in self.rows), ZERO)

    @property
    def base_words(self) -> str:
        """What the models were applied to."""
        planned = any(row.funding.planned for row in self.rows)
        booked = any(row.funding.booked for row in self.rows if row.model or row.cost)
        if planned and booked:
            return _("Finansieringen räknas på budget där det finns en, annars på utfallet.")
        return _("Finansieringen räknas på budgeten.") if planned else _("Finansieringen räknas på utfallet.")

    def rows_url(self, **changes: Any) -> str:
        """The ledger rows of the months."""
        chosen = Selection(self.asked.on, self.asked.first, self.asked.last)
        return chosen.rows_url(**changes)

    @property
    def homeless_url(self) -> str:
        return self.rows_url(kind=FlowKind.COST.value, cost_object=NONE)


def is_wide(user: User | AnonymousUser) -> bool:
    return has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR)


def objects_for(user: User | AnonymousUser, on: dt.date) -> "QuerySet[CostObject]":
    """The cost objects whose funding somebody sees: all, or those that they answer for. Others see a part of the
    cost, which says nothing of a gap."""
    return CostObject.objects.all() if is_wide(user) else owned_cost_objects(user, on)


def page(user: User | AnonymousUser, asked: Asked) -> FundingPage:
    """About fifteen queries, whatever there is."""
    seen, wide = funding.seen_by(user, asked.on), is_wide(user)
    objects = objects_for(user, asked.on)
    if asked.cut == PROJECT:
        every = funding.project_rows(seen, asked.first, asked.last, asked.on) if wide else []
    else:
        every = funding.object_rows(seen, _within(objects, asked), asked.first, asked.last, asked.on)
    rows = sorted((row for row in every if _fits(row, asked)), key=_order)
    needing = [row for row in every if row.target.needs_model]
    whole = wide and not asked.narrows and asked.cut == funding.OBJECT
    where = IS_COST if wide else IS_COST & Q(cost_object__in=objects.values("pk"))
    when = in_periods("period", asked.first, asked.last)
    return FundingPage(
        asked=asked,
        rows=rows,
        sources=_source_lines(seen, rows, asked, whole=whole),
        without_model=sum(row.lacks_model for row in every),
        defined=sum(not row.lacks_model for row in needing),
        asked_of=len(needing),
        homeless=_homeless(seen, asked) if whole else None,
        left_out=checks.left_out(user, asked.on, where, when=when, is_own=True),
        is_wide=wide,
    )


def _within(objects: "QuerySet[CostObject]", asked: Asked) -> "QuerySet[CostObject]":
    if asked.kind:
        objects = objects.filter(kind=asked.kind)
    if asked.area:
        own = CostObject.objects.filter(pk=asked.area).values("pk")
        below = Service.objects.filter(area=asked.area).values("pk")
        objects = objects.filter(Q(pk__in=own) | Q(pk__in=below))
    return objects


def _fits(row: Row, asked: Asked) -> bool:
    if asked.source and asked.source not in {share.source.code for share in row.model}:
        return False
    if asked.show == WITH_GAP:
        return row.gap > 0
    return asked.show != WITHOUT_MODEL or row.lacks_model


def _order(row: Row) -> tuple[Any, ...]:
    """Deviations first: the largest gap, then what lacks a model though it has no cost yet."""
    return -row.gap, not (row.lacks_model and row.target.needs_model), -abs(row.cost), row.target.name


def _source_lines(seen: Seen, rows: Sequence[Row], asked: Asked, *, whole: bool) -> list[SourceLine]:
    """Income that reached no cost object counts too, where all cost objects are shown."""
    model: dict[Source, Decimal] = {}
    income: dict[Source, Decimal] = {}
    for row in rows:
        for source, amount in row.funding.by_source.items():
            model[source] = model.get(source, ZERO) + amount
        for source, amount in row.income.items():
            income[source] = income.get(source, ZERO) + amount
    known = funding.sources()
    if whole:
        income = funding.income_in_all(seen, asked.first, asked.last, known)
    total = sum(model.values(), ZERO)
    return [
        SourceLine(
            source,
            model.get(source, ZERO),
            funded.ratio(model.get(source, ZERO), total),
            income.get(source, ZERO) if source.is_shown else None,
            _income_url(source, rows, asked, whole=whole) if source.is_shown else "",
        )
        for source in known
        if source in model or income.get(source)
    ]


def _income_url(source: Source, rows: Sequence[Row], asked: Asked, *, whole: bool) -> str:
    """The rows of a source's income. Of several projects there is no filter."""
    chosen = Selection(asked.on, asked.first, asked.last)
    if whole:
        return chosen.rows_url(funding=source.code)
    if asked.cut == PROJECT:
        return chosen.rows_url(funding=source.code, project=rows[0].target.code) if len(rows) == 1 else ""
    return chosen.rows_url(funding=source.code, cost_object=";".join(row.target.code for row in rows))


def _homeless(seen: Seen, asked: Asked) -> Decimal:
    rows = seen.rollups.costs().filter(in_periods("period", asked.first, asked.last)).unallocated()
    total: Decimal = rows.aggregate(total=Sum("amount", default=ZERO))["total"]
    return total


def address(**filters: object) -> str:
    """The page with some filters; empty ones are left out."""
    given = {key: value for key, value in filters.items() if value not in (None, "")}
    return f"{reverse('finance:funding')}?{urlencode(given)}" if given else reverse("finance:funding")


def table(found: FundingPage) -> tuple[list[list[Any]], list[str]]:
    """Rows and columns of a file: one source a column, all that any of the rows has."""
    used = [line.source for line in found.sources if any(line.source in row.funding.by_source for row in found.rows)]
    columns = [_("Kod"), _("Namn"), _("Slag"), _("Modell"), _("Räknas på"), _("Kostnad")]
    columns += [source.name for source in used]
    columns += [_("Finansierat"), _("Gap"), _("Intäkter")]
    rows = [
        [
            row.target.code,
            row.target.name,
            row.target.label or _("Projekt"),
            model_words(row),
            base_words(row),
            row.cost,
            *(row.funding.by_source.get(source, ZERO) for source in used),
            row.funded,
            row.gap,
            row.income_total,
        ]
        for row in found.rows
    ]
    return rows, columns


def model_words(row: Row) -> str:
    """`Anslag 60,00 %, Avgift per enhet 40,00 %`"""
    return ", ".join(f"{share.source.name} {formatting.percent(share.share, 2)}" for share in row.model)


def base_words(row: Row) -> str:
    if row.funding.planned and row.funding.booked:
        return _("budget och utfall")
    return _("budget") if row.funding.planned else _("utfall")
