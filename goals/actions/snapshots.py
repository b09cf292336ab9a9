"""Storing what the computed measures are on a day."""

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction

from goals import computed
from goals.computed import Definition, Outcome
from goals.models import Indicator, IndicatorSnapshot, Plan
from vp_portal.core.periods import Tertial

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """How many measures were stored, and how many were already; codes without a definition, and that failed."""

    stored: int = 0
    kept: int = 0
    undefined: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def take(plan: Plan, as_of: dt.date, *, at: dt.datetime) -> Taken:
    """Stores the plan's computed measures as of a day. What is stored already stays as it is.

    One definition is computed once, whoever uses it. One that fails is logged and leaves the others.
    """
    wanted: dict[str, list[Indicator]] = defaultdict(list)
    for indicator in _measured(plan, as_of):
        wanted[indicator.code].append(indicator)
    stored, kept = 0, _kept(plan, as_of)
    undefined, failed = set(wanted), []
    for definition in computed.definitions():
        undefined.discard(definition.code)
        lacking = [each for each in wanted.get(definition.code, ()) if each.pk not in kept]
        if lacking:
            try:
                stored += _store(definition, lacking, as_of, at)
            except Exception:
                logger.exception("measure %s as of %s", definition.code, as_of)
                failed.append(definition.code)
    return Taken(stored, len(kept), tuple(sorted(undefined)), tuple(failed))


def take_due(plan: Plan, as_of: dt.date, *, at: dt.datetime) -> Taken:
    """As of the day, and of the end of the tertial before it where that was missed."""
    end = Tertial.of(as_of).shift(-1).last_day
    if end.year >= plan.first_year and not _kept(plan, end):
        take(plan, end, at=at)
    return take(plan, as_of, at=at)


def _measured(plan: Plan, as_of: dt.date) -> list[Indicator]:
    """Those of the plan and of results that it has not dropped by the day. One query."""
    found = Indicator.objects.of_plan(plan).computed().in_force(as_of).select_related("result__plan")
    return [each for each in found if not (each.result and each.result.is_retired(as_of))]


def _kept(plan: Plan, as_of: dt.date) -> set[int]:
    indicators = Indicator.objects.of_plan(plan)
    rows = IndicatorSnapshot.objects.filter(as_of=as_of, indicator__in=indicators)
    return set(rows.values_list("indicator", flat=True))


def _store(definition: Definition, indicators: list[Indicator], as_of: dt.date, at: dt.datetime) -> int:
    with transaction.atomic():
        outcome = definition.compute(as_of)
        rows = [_snapshot(definition, each, outcome, as_of, at) for each in indicators]
        # Somebody may be storing the same day: theirs stands.
        IndicatorSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _snapshot(
    definition: Definition, indicator: Indicator, outcome: Outcome, as_of: dt.date, at: dt.datetime
) -> IndicatorSnapshot:
    return IndicatorSnapshot(
        indicator=indicator,
        as_of=as_of,
        code=definition.code,
        definition_version=definition.version,
        value=outcome.value,
        numerator=outcome.numerator,
        denominator=outcome.denominator,
        net=outcome.net,
        status=indicator.status(outcome.value, as_of) or "",
        made_at=at,
    )
