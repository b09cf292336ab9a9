"""Indicators I28–I30 of the plan: whether funding is defined, covers the cost, and comes in as the models say.

Each takes the day that it is asked for and uses what is known now. What fails is named without amounts: who may see
the measure may not see the money.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from finance.models import CostRollup, FundingShare, LedgerProject
from finance.reports import funded, funding
from finance.reports.funded import ZERO
from finance.reports.funding import OBJECT, PROJECT, WITH_MODEL, Target
from finance.reports.funding_page import address
from services.models import CostObject
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Failing:
    """Something that keeps a measure from its target, with where it is put right."""

    name: str
    url: str


@dataclass(frozen=True)
class Measured:
    """`value` is 0–1, None where there is nothing to measure ("ingen data")."""

    numerator: Decimal
    denominator: Decimal
    failing: Sequence[Failing] = ()

    @property
    def value(self) -> Decimal | None:
        return funded.ratio(self.numerator, self.denominator)


def funding_defined(as_of: dt.date) -> Measured:
    """I28: active areas, services and FO, and open projects, that have a model on the day / all of them. A model is
    whole and has a decision, or the database has not stored it. Up to four queries.

    A project is open when the year has cost on it and it has, or has had, a model of its own: other projects are
    funded by the cost objects that their cost goes to.
    """
    held = FundingShare.objects.on(as_of)
    objects = CostObject.objects.active(as_of).filter(kind__in=WITH_MODEL).order_by("name")
    rows = objects.annotate(has_model=Exists(held.filter(cost_object=OuterRef("pk"))))
    found = [(Target(OBJECT, one.pk, one.code, one.name), one.has_model) for one in rows]
    booked = booked_months(as_of)
    if booked:
        cells = funding.everything().cells.filter(
            period__gte=booked[0], period__lte=booked[1], code_string__project=OuterRef("pk")
        )
        shares = FundingShare.objects.filter(project=OuterRef("pk"), valid__startswith__lte=as_of)
        projects = LedgerProject.objects.filter(Exists(shares), Exists(cells)).order_by("code")
        with_model = projects.annotate(has_model=Exists(held.filter(project=OuterRef("pk"))))
        found += [(Target(PROJECT, one.pk, one.code, str(one)), one.has_model) for one in with_model]
    failing = [Failing(target.name, target.url) for target, has_model in found if not has_model]
    return Measured(Decimal(len(found) - len(failing)), Decimal(len(found)), failing)


def funding_gap(as_of: dt.date) -> Measured:
    """I29: 1 − Σ min(funding, cost) / Σ cost, over cost objects, in the booked months of the day's year; as the gap and
    the cost in kronor. A cost below zero counts as none. Account groups with sensitive accounts are left out, of cost
    and budget alike: everybody sees the measure. About nine queries."""
    booked = booked_months(as_of)
    if booked is None:
        return Measured(ZERO, ZERO)
    rows = funding.object_rows(funding.open_to_all(), CostObject.objects.all(), *booked, as_of)
    lacking = sorted((row for row in rows if row.gap > 0), key=lambda row: -row.gap)
    return Measured(
        sum((row.gap for row in rows), ZERO),
        sum((max(row.cost, ZERO) for row in rows), ZERO),
        [Failing(row.target.name, row.target.url) for row in lacking],
    )


def income_off_model(as_of: dt.date) -> Measured:
    """I30: Σ |income − model| / Σ model, over the sources that accounts are named for, in the same months. Income that
    reached no cost object counts. About eleven queries."""
    booked = booked_months(as_of)
    if booked is None:
        return Measured(ZERO, ZERO)
    seen = funding.everything()
    rows = funding.object_rows(seen, CostObject.objects.all(), *booked, as_of)
    known = [source for source in funding.sources() if source.is_shown and not source.is_unfunded]
    income = funding.income_in_all(seen, *booked, known)
    off, model, failing = ZERO, ZERO, []
    for source in known:
        wanted = sum((row.funding.by_source.get(source, ZERO) for row in rows), ZERO)
        difference = abs(income.get(source, ZERO) - wanted)
        off, model = off + difference, model + wanted
        if difference:
            failing.append((difference, Failing(source.name, address(source=source.code))))
    failing.sort(key=lambda pair: -pair[0])
    return Measured(off, model, [each for _off, each in failing])


def booked_months(as_of: dt.date) -> tuple[Period, Period] | None:
    """From January to the latest booked month of the day's year, no later than the day. One query."""
    first = Period(as_of.year * 100 + 1)
    latest = (
        CostRollup.objects.in_force()
        .filter(period__gte=first, period__lte=Period.of(as_of))
        .order_by("-period")
        .values_list("period", flat=True)
        .first()
    )
    return (first, Period(latest)) if latest else None
