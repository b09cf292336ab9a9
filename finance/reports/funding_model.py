"""One cost object's or project's funding: its models from–to, and how they became kronor in the months so far."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse

from finance.models import FundingShare, LedgerProject
from finance.models.rollup import IS_COST
from finance.reports import checks, funding
from finance.reports.funded import ZERO, Source
from finance.reports.funding import OBJECT, PROJECT, Row
from finance.reports.funding_page import is_wide, objects_for
from finance.reports.selection import Selection, in_periods
from services.models import CostObject
from vp_portal.core.forms import in_words
from vp_portal.core.history import names_of
from vp_portal.core.models import User
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class ModelSet:
    """The shares from one day on, and who registered them."""

    first: dt.date
    words: str
    registry_no: str
    shares: Sequence[FundingShare]
    is_now: bool
    is_coming: bool
    by: str = ""


@dataclass(frozen=True)
class SourcePart:
    """A source's kronor in the months, and its income."""

    source: Source
    amount: Decimal
    income: Decimal | None
    url: str

    @property
    def difference(self) -> Decimal | None:
        return None if self.income is None else self.income - self.amount


@dataclass(frozen=True)
class ModelPage:
    """`row` is None where the user sees no money of it, or nothing is booked."""

    kind: str
    target: Any
    sets: Sequence[ModelSet]
    row: Row | None
    parts: Sequence[SourcePart]
    first: Period | None
    last: Period | None
    left_out: checks.LeftOut

    @property
    def now(self) -> ModelSet | None:
        return next((one for one in self.sets if one.is_now), None)

    @property
    def target_url(self) -> str:
        return "" if self.kind == PROJECT else reverse("overview:cost_object", args=[self.target.code])

    @property
    def label(self) -> str:
        return str(LedgerProject._meta.verbose_name) if self.kind == PROJECT else self.target.kind_label


def load(kind: str, code: str) -> CostObject | LedgerProject | None:
    """What the address names; None for what is not there."""
    model: Any = {OBJECT: CostObject, PROJECT: LedgerProject}.get(kind)
    found: CostObject | LedgerProject | None = model.objects.filter(code=code).first() if model else None
    return found


def sets_of(target: CostObject | LedgerProject, on: dt.date) -> list[ModelSet]:
    """The latest first. Four queries at most."""
    rows: dict[Any, list[FundingShare]] = {}
    for row in FundingShare.objects.of(target).select_related("source").order_by("source__position", "source__code"):
        rows.setdefault((row.valid.lower, row.valid.upper, row.registry_no), []).append(row)
    keys = [row.pk for some in rows.values() for row in some]
    made = dict(FundingShare.history.filter(id__in=keys, history_type="+").values_list("id", "history_user_id"))
    names = names_of(made.values()) if made else {}
    found = [
        ModelSet(
            first=lower,
            words=in_words(some[0].valid),
            registry_no=registry_no,
            shares=some,
            is_now=on in some[0].valid,
            is_coming=lower > on,
            by=names.get(made.get(some[0].pk), ""),
        )
        for (lower, _upper, registry_no), some in rows.items()
    ]
    return sorted(found, key=lambda one: one.first, reverse=True)


def page(
    kind: str, target: Any, user: User | AnonymousUser, on: dt.date, months: tuple[Period, Period] | None
) -> ModelPage:
    """The model for everyone; the kronor for who sees them."""
    row = _row(kind, target, user, on, months) if months else None
    first, last = months or (None, None)
    chosen = Selection(on, first, last)
    only = {"project": target.code} if kind == PROJECT else {"cost_object": target.code}
    left_out = checks.LeftOut()
    if row and months and kind == OBJECT:
        where, when = Q(cost_object=target.pk) & IS_COST, in_periods("period", *months)
        left_out = checks.left_out(user, on, where, when=when, is_own=True)
    return ModelPage(
        kind,
        target,
        sets_of(target, on),
        row,
        _parts(row, chosen, only) if row else (),
        first,
        last,
        left_out,
    )


def _row(kind: str, target: Any, user: User | AnonymousUser, on: dt.date, months: tuple[Period, Period]) -> Row | None:
    seen = funding.seen_by(user, on)
    if kind == PROJECT:
        rows = funding.project_rows(seen, *months, on) if is_wide(user) else []
        return next((row for row in rows if row.target.pk == target.pk), None)
    own = objects_for(user, on).filter(pk=target.pk)
    return next(iter(funding.object_rows(seen, own, *months, on)), None)


def _parts(row: Row, chosen: Selection, only: dict[str, str]) -> list[SourcePart]:
    every = sorted({*row.funding.by_source, *row.income}, key=lambda source: source.name)
    return [
        SourcePart(
            source,
            row.funding.by_source.get(source, ZERO),
            row.income.get(source),
            chosen.rows_url(funding=source.code, **only) if source in row.income else "",
        )
        for source in every
    ]
