"""The kinds of block that the plan has of its own: results with their status, and the list of gaps."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.blocks import Block, BlockContext, BlockError, Cell, register
from goals.reports.gaps import GapKind, plan_gaps
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
        columns=(_("Nr"), _("Förväntat resultat"), _("Enhet"), _("Status"), _("Framsteg")),
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
    register("luckor", gettext_lazy("Luckor i planen"), gaps)
