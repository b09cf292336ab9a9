"""Blocks of the plan document that need the money: what an area's services and FO cost, to who may see it."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.blocks import Block, BlockContext, Cell, register
from goals.models import ExpectedResult
from goals.reports.blocks import area_of, areas
from services.models import CostObject
from vp_portal.core import formatting
from vp_portal.overview.reports import breakdowns, periods, scope


def costs(context: BlockContext, number: str) -> Block:
    """The cost this year of what the area's results concern. A decided plan, which everybody reads, has no sums."""
    area = area_of(context, number)
    title = _("Kostnad för tjänster och FO i %(number)s %(name)s") % {"number": area.number, "name": area.name}
    if context.user is None:
        return Block("", title, note=_("Kostnader visas i portalen, för den som har rätt till dem."))
    results = ExpectedResult.objects.filter(plan=context.plan, focus_area=area.pk).in_force(context.on)
    concerned = CostObject.objects.filter(pk__in=results.values("cost_objects"))
    span = periods.booked().span()
    if span is None or not concerned.exists():
        return Block("", title, note=_("Det finns inga kostnader att visa: inget är kopplat eller bokfört."))
    seen = scope.sums_of(Q(cost_object__in=concerned.values("pk")), context.user, context.on)
    rows = breakdowns.by_cost_object(seen, span, lambda *period, **filters: "")
    if not rows:
        return Block("", title, note=_("Kostnaderna visas för den som har rätt till dem."))
    columns = (_("Tjänst eller FO"), _("%(year)s, tkr") % {"year": span.year}, _("Året före, tkr"))
    until = {"period": formatting.period_name(span.last)}
    return Block(
        "",
        title,
        columns,
        tuple(
            (
                Cell(row.name, url=row.url),
                Cell(formatting.number(row.cost.this, divisor=1000), is_number=True),
                Cell(formatting.number(row.cost.last, divisor=1000), is_number=True),
            )
            for row in rows
        ),
        note=_("Till och med %(period)s. Bara kostnader som du får se är med.") % until,
    )


def register_kinds() -> None:
    register(
        "kostnad",
        gettext_lazy("Kostnad för tjänster och FO i"),
        costs,
        argument=gettext_lazy("fokusområde"),
        choices=areas,
    )
