"""Measures of the plan itself: what it lacks, whether it is followed up, and whether claims hold."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.choices import STATUS_BADGE, Direction
from goals.computed import Definition, Failing, FailingRow, Outcome, count, ratio, register
from goals.models import FollowUpRules, Plan
from goals.occasions import Occasion
from goals.reports import ResultRow, plan_tree
from goals.reports.calendar import Turn, calendars
from goals.reports.content import content_of
from goals.reports.difference import PlanDifference, difference
from goals.reports.gaps import GapKind, plan_gaps
from goals.reports.tree import PlanTree
from goals.reports.versions import version_on
from vp_portal.core.models import User
from vp_portal.core.periods import Tertial
from vp_portal.overview.admin_links import add, change

NO_DATA = Outcome(None)


def _tree(on: dt.date) -> PlanTree | None:
    plan = Plan.objects.current(on)
    return plan_tree(plan, on) if plan else None


def gaps(on: dt.date) -> Outcome:
    """Out of what can have one: areas, results and sections."""
    tree = _tree(on)
    if tree is None:
        return NO_DATA
    return count(len(plan_gaps(tree)), len(tree.areas) + len(tree.rows) + tree.plan.sections.count())


def gaps_failing(on: dt.date, user: User) -> Failing:
    tree = _tree(on)
    found = plan_gaps(tree) if tree else []
    return Failing(
        tuple(
            FailingRow(
                what=f"{gap.number} {gap.text}",
                why=str(GapKind(gap.kind).label),
                url=gap.url,
                repair=add(user, "goals", gap.model, f"?{gap.parameter}={gap.pk}")
                if gap.parameter
                else change(user, "goals", gap.model, gap.pk),
                repair_words=_("Rätta"),
            )
            for gap in found
        )
    )


def contradictions(on: dt.date) -> Outcome:
    """Out of the results that have both a claim and evidence."""
    tree = _tree(on)
    rows = [row for row in tree.rows if row.counts_as and row.evidence and row.evidence.status] if tree else []
    return count(sum(row.contradicted for row in rows), len(rows))


def contradictions_failing(on: dt.date, user: User) -> Failing:
    tree = _tree(on)
    return Failing(tuple(_contradicted(row) for row in (tree.rows if tree else ()) if row.contradicted))


def _contradicted(row: ResultRow) -> FailingRow:
    proof = row.evidence.weakest if row.evidence else None
    claim = STATUS_BADGE[row.counts_as].label if row.counts_as else ""
    evidence = f"{proof.badge.label} ({proof.name})" if proof and proof.badge else ""
    return FailingRow(
        what=f"{row.number} {row.text}",
        why=_("Påstående: %(claim)s. Belägg: %(evidence)s.") % {"claim": claim, "evidence": evidence},
        url=row.url,
        repair=f"{row.url}#check-in",
        repair_words=_("Till avstämningen"),
        unit=row.unit_code,
    )


def _differences(on: dt.date) -> tuple[PlanDifference, int, int] | None:
    """What differs from the version that was decided last by the day, out of how much, and the version's key."""
    plan = Plan.objects.current(on)
    version = version_on(plan, on) if plan else None
    if plan is None or version is None:
        return None
    decided = version.as_content
    size = len(decided.sections) + sum(1 for _each in decided.results)
    return difference(decided, content_of(plan, on)), size, version.pk


def changed(on: dt.date) -> Outcome:
    found = _differences(on)
    return count(found[0].count, found[1]) if found else NO_DATA


def changed_failing(on: dt.date, user: User) -> Failing:
    found = _differences(on)
    if found is None:
        return Failing()
    differing, _size, version = found
    url = reverse("goals:version_changes", args=[version])
    return Failing(
        tuple(
            FailingRow(f"{each.number} {each.title}", each.label, url, repair=url, repair_words=_("Se ändringen"))
            for each in (*differing.sections, *differing.results)
        )
    )


def _due(on: dt.date) -> list[tuple[FailingRow, bool]]:
    """The check-ins of the latest tertial whose last day for them has passed: each, and whether it came in time."""
    plan = Plan.objects.current(on)
    if plan is None:
        return []
    rules, tertial = FollowUpRules.of(plan), Tertial.of(on).shift(-1)
    if on <= rules.deadline(Occasion(tertial)):
        tertial = tertial.shift(-1)
    return [
        (FailingRow(f"{row.number} {row.text}", f"{column.label}: {cell.turn.label}", row.url), made)
        for calendar in calendars(plan, on, tertial)
        for row in calendar.rows
        for column, cell in zip(calendar.columns, row.cells, strict=True)
        if cell.turn not in {Turn.NONE, Turn.COMING}
        for made in [cell.turn == Turn.SUBMITTED]
    ]


def in_time(on: dt.date) -> Outcome:
    due = _due(on)
    return ratio(sum(made for _row, made in due), len(due))


def in_time_failing(on: dt.date, user: User) -> Failing:
    return Failing(tuple(row for row, made in _due(on) if not made))


def register_definitions() -> None:
    register(
        Definition(
            code="I46",
            name=gettext_lazy("Avstämningar i tid"),
            unit="%",
            direction=Direction.UP,
            text=gettext_lazy(
                "Avstämningar som gjordes senast på sista dagen, av dem som skulle göras, för den senaste tertial "
                "vars sista dag har passerat. För resultat som följs upp varje månad räknas varje månad."
            ),
            compute=in_time,
            failing=in_time_failing,
        ),
        Definition(
            code="P1",
            name=gettext_lazy("Planens luckor"),
            unit=gettext_lazy("st"),
            direction=Direction.DOWN,
            text=gettext_lazy(
                "Fokusområden utan mål, resultat utan ansvarig, slutdatum eller mått, och avsnitt som inte är skrivna."
            ),
            compute=gaps,
            failing=gaps_failing,
            decimals=0,
            of_plan=True,
        ),
        Definition(
            code="P4",
            name=gettext_lazy("Påstående mot belägg"),
            unit=gettext_lazy("st"),
            direction=Direction.DOWN,
            text=gettext_lazy(
                "Resultat där den ansvarigas status och det svagaste beräknade måttets status skiljer minst ett steg."
            ),
            compute=contradictions,
            failing=contradictions_failing,
            decimals=0,
            of_plan=True,
        ),
        Definition(
            code="P5",
            name=gettext_lazy("Beslutad mot levande"),
            unit=gettext_lazy("st"),
            direction=Direction.DOWN,
            text=gettext_lazy("Avsnitt och resultat som har ändrats sedan planen senast beslutades."),
            compute=changed,
            failing=changed_failing,
            decimals=0,
            of_plan=True,
        ),
    )
