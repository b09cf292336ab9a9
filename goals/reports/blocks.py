"""The kinds of block that the plan has of its own: results with their status, measures, and the list of gaps."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.blocks import Block, BlockContext, BlockError, Cell, register
from goals.reports.gaps import GapKind, plan_gaps
from goals.reports.measures import Measure, latest_in
from goals.reports.rows import ResultRow
from goals.reports.tree import AreaNode, PlanTree
from vp_portal.core import formatting


def areas(tree: PlanTree) -> list[tuple[str, str]]:
    """The focus areas, as what can be written after a kind's name."""
    return [(area.number, f"{area.number} {area.name}") for area in tree.areas]


def area_of(context: BlockContext, number: str) -> AreaNode:
    """The focus area with that number, or BlockError."""
    for area in context.tree.areas:
        if area.number == number:
            return area
    raise BlockError(_("Det finns inget fokusområde %(number)s.") % {"number": number or "–"})


def rows_of(area: AreaNode) -> Iterator[ResultRow]:
    """The area's results in the order of their numbers, each with its parts after it."""
    nodes = [node for goal in area.goals for node in goal.results]
    for node in sorted(nodes, key=lambda node: [int(part) for part in node.row.number.split(".")]):
        yield node.row
        yield from node.parts


def results(context: BlockContext, argument: str) -> Block:
    area = area_of(context, argument)
    return Block(
        marker="",
        title=_("Resultat i %(number)s %(name)s, läget %(day)s")
        % {"number": area.number, "name": area.name, "day": formatting.iso_date(context.on)},
        columns=(_("Nr"), _("Förväntat resultat"), _("Enhet"), _("Status"), _("Framsteg"), _("Belägg")),
        rows=tuple(_row(row) for row in rows_of(area)),
        note="" if area.figure.parts else _("Fokusområdet har inga förväntade resultat."),
    )


def _row(row: ResultRow) -> tuple[Cell, ...]:
    return (
        Cell(row.number, url=row.url),
        Cell(row.text),
        Cell(row.unit),
        Cell(str(row.status.label), icon=row.icon, tone=row.tone),
        Cell(formatting.percent(row.progress), is_number=True),
        _evidence(row),
    )


def _evidence(row: ResultRow) -> Cell:
    """What the computed measures say, and that it is not what the lead says."""
    found = row.evidence.badge if row.evidence else None
    if found is None:
        return Cell(_("ingen data") if row.evidence else "–")
    text = _("%(status)s (påstående mot belägg)") if row.contradicted else "%(status)s"
    return Cell(text % {"status": found.label}, icon=found.icon, tone=found.tone)


def measures(context: BlockContext, argument: str) -> Block:
    area = area_of(context, argument)
    found = latest_in(area.pk, context.on)
    return Block(
        marker="",
        title=_("Mått i %(number)s %(name)s, läget %(day)s")
        % {"number": area.number, "name": area.name, "day": formatting.iso_date(context.on)},
        columns=(_("Nr"), _("Mått"), _("Mål"), _("Värde"), _("Dag"), _("Status")),
        rows=tuple(_measure(each) for each in found),
        note="" if found else _("Fokusområdets resultat har inga mått."),
    )


def _measure(measure: Measure) -> tuple[Cell, ...]:
    latest, badge = measure.latest, measure.status
    return (
        Cell(measure.number, url=reverse("goals:result", args=[measure.number])),
        Cell(measure.indicator.name, url=measure.url),
        Cell(measure.aim),
        Cell(measure.value or _("ingen data"), is_number=True),
        Cell(formatting.iso_date(latest.on) if latest else "–"),
        Cell(str(badge.label), icon=badge.icon, tone=badge.tone) if badge else Cell("–"),
    )


def gaps(context: BlockContext, argument: str) -> Block:
    found = plan_gaps(context.tree)
    return Block(
        marker="",
        title=_("Luckor i planen %(day)s") % {"day": formatting.iso_date(context.on)},
        columns=(_("Lucka"), _("Nr"), _("Gäller")),
        rows=tuple((Cell(str(GapKind(g.kind).label)), Cell(g.number, url=g.url), Cell(g.text)) for g in found),
        note="" if found else _("Planen har inga luckor."),
    )


def register_kinds() -> None:
    register(
        "resultat",
        gettext_lazy("Resultat med status"),
        results,
        argument=gettext_lazy("fokusområde"),
        choices=areas,
    )
    register(
        "mått",
        gettext_lazy("Mått i"),
        measures,
        argument=gettext_lazy("fokusområde"),
        choices=areas,
    )
    register("luckor", gettext_lazy("Luckor i planen"), gaps)
