"""The table turned by month: the months of the chart, each against the same month last year, or what is planned."""

from finance.choices import FlowKind
from finance.reports.against import PlannedFlows
from finance.reports.comparable import Comparable
from finance.reports.economy import ZERO, Compared, Flows, bounds
from finance.reports.selection import Selection
from finance.reports.turned import Part
from vp_portal.core import formatting
from vp_portal.core.periods import months


def parts(
    found: Flows, chosen: Selection, kind: FlowKind, planned: PlannedFlows | None, comparable: Comparable
) -> list[Part]:
    """In the ledger's signs, as the other ways to turn the table. No query: the flows are read already."""
    made = []
    for period in months(*bounds(chosen)):
        before = period.shift(-12)
        last = planned.by_month.get((kind, period)) if planned else found.by_month.get((kind, before))
        only, earlier = ({"from": int(month), "to": int(month)} for month in (period, before))
        amount = Compared(found.by_month.get((kind, period), ZERO), last or ZERO, comparable.has(period))
        made.append(
            Part(
                code=str(int(period)),
                name=formatting.period_name(period),
                amount=amount,
                url=chosen.rows_url(kind=kind.value, **only),
                last_url="" if planned else chosen.rows_url(kind=kind.value, **earlier),
                narrow_url=chosen.economy_url(by="group", **only),
            )
        )
    return made
