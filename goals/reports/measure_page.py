"""The pages of the measures: all of the plan's, and one definition with what keeps it from its target."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from goals import computed
from goals.choices import STATUS_BADGE, IndicatorKind
from goals.computed import Definition, Failing, FailingRow, Outcome
from goals.models import Indicator, Plan
from goals.reports.measures import Measure, measured, of_plan
from goals.reports.written import written
from vp_portal.core import formatting
from vp_portal.core.badges import Badge

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: In the filter: measures without data, which have no status.
NO_DATA = "none"


@dataclass(frozen=True)
class MeasureFilters:
    """Empty fields narrow nothing. `status` is a status's code, or `NO_DATA`."""

    focus: str = ""
    status: str = ""
    kind: str = ""

    def takes(self, measure: Measure) -> bool:
        indicator = measure.indicator
        status = measure.latest.status if measure.latest and measure.latest.status else NO_DATA
        return (
            (not self.focus or measure.number.startswith(f"{self.focus}."))
            and (not self.status or status == self.status)
            and (not self.kind or indicator.kind == self.kind)
        )


@dataclass(frozen=True)
class MeasureList:
    """`measures` are those that the filters take, of `total`. `unused` definitions belong to no measure yet."""

    measures: tuple[Measure, ...]
    total: int
    unused: tuple[Definition, ...]


def measure_list(plan: Plan, on: dt.date, filters: MeasureFilters) -> MeasureList:
    """Four queries at most."""
    every = of_plan(plan, on)
    used = {each.indicator.code for each in every}
    unused = [each for each in computed.definitions() if each.code not in used]
    return MeasureList(tuple(each for each in every if filters.takes(each)), len(every), tuple(unused))


def list_columns() -> list[str]:
    return [_("Nr"), _("Resultat"), _("Definition"), _("Mått"), _("Mål"), _("Värde"), _("Enhet"), _("Dag"), _("Status")]


def list_rows(found: Iterable[Measure]) -> Iterator[list[object]]:
    """As the page shows them, for a file."""
    for each in found:
        indicator, latest = each.indicator, each.latest
        yield [
            each.number,
            indicator.result.text if indicator.result else _("Planen som helhet"),
            indicator.code or str(IndicatorKind(indicator.kind).label),
            indicator.name,
            each.aim,
            latest.value if latest else None,
            indicator.unit,
            latest.on if latest else None,
            str(each.status.label) if each.status else "",
        ]


@dataclass(frozen=True)
class Use:
    """A measure of the plan that follows the definition. `status` is that of the value now, by its own target."""

    measure: Measure
    status: Badge | None

    @property
    def result_url(self) -> str:
        result = self.measure.indicator.result
        return reverse("goals:result", args=[result.number]) if result else ""


@dataclass(frozen=True)
class UnitRow:
    name: str
    code: str
    depth: int
    value: str
    net: str


@dataclass(frozen=True)
class MeasurePage:
    """One definition as it computes now. `made_of` is empty where there is no data or the reader may not see it.

    `failing` are the rows that the filters take, `every` how many the reader sees of all, `unit_codes` their units.
    """

    definition: Definition
    outcome: Outcome
    value: str
    net: str
    made_of: str
    uses: tuple[Use, ...]
    units: tuple[UnitRow, ...]
    failing: Failing
    every: int
    unit_codes: list[str]

    @property
    def has_amounts(self) -> bool:
        return any(row.amount is not None for row in self.failing.rows)

    @property
    def has_units(self) -> bool:
        return any(row.unit for row in self.failing.rows)


def measure_page(
    definition: Definition, plan: Plan | None, user: "User", on: dt.date, *, unit: str = "", q: str = ""
) -> MeasurePage:
    """A few queries of the definition's own, four of the plan's measures."""
    outcome = definition.compute(on)
    failing = definition.failing(on, user) if definition.failing else Failing()
    taken = tuple(row for row in failing.rows if _takes(row, unit, q))
    unit_word = str(definition.unit)
    return MeasurePage(
        definition=definition,
        outcome=outcome,
        value="" if outcome.value is None else written(outcome.value, unit_word),
        net="" if outcome.net is None else written(outcome.net, unit_word),
        made_of=_made_of(definition, outcome, user, on),
        uses=tuple(_uses(definition, plan, outcome, on)) if plan else (),
        units=tuple(
            UnitRow(
                each.name,
                each.code,
                each.depth,
                written(each.outcome.value, unit_word) if each.outcome.value is not None else "",
                written(each.outcome.net, unit_word) if each.outcome.net is not None else "",
            )
            for each in (definition.by_unit(on) if definition.by_unit else ())
        ),
        failing=replace(failing, rows=taken),
        every=len(failing.rows),
        unit_codes=sorted({row.unit for row in failing.rows if row.unit}),
    )


def _takes(row: FailingRow, unit: str, q: str) -> bool:
    wanted = q.casefold()
    return (not unit or row.unit == unit) and (
        not wanted or wanted in row.what.casefold() or wanted in row.why.casefold()
    )


def _made_of(definition: Definition, outcome: Outcome, user: "User", on: dt.date) -> str:
    if outcome.denominator is None or outcome.numerator is None or not outcome.denominator:
        return ""
    if definition.sees_amounts is None:
        parts = {"part": formatting.number(outcome.numerator), "whole": formatting.number(outcome.denominator)}
    elif definition.sees_amounts(user, on):
        parts = {"part": formatting.kr(outcome.numerator), "whole": formatting.kr(outcome.denominator)}
    else:
        return ""
    return _("%(part)s av %(whole)s") % parts


def _uses(definition: Definition, plan: Plan, outcome: Outcome, on: dt.date) -> Iterator[Use]:
    found = Indicator.objects.of_plan(plan).in_force(on).filter(code=definition.code)
    indicators = [
        each
        for each in found.select_related("result__plan", "plan")
        if not (each.result and each.result.is_retired(on))
    ]
    for measure in measured(indicators, on):
        status = measure.indicator.status(outcome.value, on)
        yield Use(measure, STATUS_BADGE[status] if status else None)


def failing_columns() -> list[str]:
    return [_("Vad"), _("Varför"), _("Enhet"), _("Belopp, kr"), _("Rättas")]


def failing_rows(rows: Iterable[FailingRow]) -> Iterator[list[object]]:
    for row in rows:
        yield [row.what, row.why, row.unit, row.amount, row.repair or row.url]
