"""How many rows a selection has and what they come to, month by month, out of the cells: no row is read."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Sum

from finance.choices import Sensitivity
from finance.models import AllocationLine, BareCell, LedgerCell, LedgerSum
from finance.models.cell_rows import Cell
from finance.models.run import current_run
from finance.models.scope import LINE as LINE_RIGHTS
from finance.models.scope import POSTING, ledger_scope, sight
from finance.reports.selection import LEDGER, LINE, ROLLUP, Lookups, Selection, of_kind, specials
from vp_portal.core.access import looks_back
from vp_portal.core.models import User
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from finance.reports.postings import RowFilters

#: Period → the number of rows and their sum.
Counts = dict[Period, tuple[int, Decimal]]
_NOBODYS = Q(pk__in=[])
#: Of the ledger's sums by account, for who asks of nothing else.
_ACCOUNTS = Lookups("period", "", "account__group", "account__is_distribution")
# Of each part of a cell once: a slice, or what the slices leave.
_OF_PARTS = """
    SELECT c.period, sum(coalesce(s.row_count, c.row_count - coalesce(o.row_count, 0))),
           sum(coalesce(s.amount, c.amount - coalesce(o.amount, 0)))
    FROM (SELECT DISTINCT cell_id, slice_id FROM ({lines}) line (cell_id, slice_id)) part
    JOIN finance_ledgercell c ON c.id = part.cell_id
    LEFT JOIN finance_cellslice s ON s.id = part.slice_id
    LEFT JOIN (
        SELECT cell_id, sum(amount) AS amount, sum(row_count) AS row_count FROM finance_cellslice
        WHERE run_id = (SELECT id FROM finance_allocationrun WHERE in_force_from IS NOT NULL AND in_force_to IS NULL)
        GROUP BY cell_id
    ) o ON o.cell_id = c.id AND part.slice_id IS NULL
    GROUP BY c.period
"""


def in_months(chosen: Selection, filters: "RowFilters", at: Lookups) -> Q:
    if filters.special and chosen.first and chosen.last:
        return Q(**{f"{at.period}__in": specials(chosen.first, chosen.last)})
    return chosen.periods(at)


def counts(user: User | AnonymousUser, chosen: Selection, filters: "RowFilters") -> Counts | None:
    """One query, two for who sees parts only. None where the rows themselves have to be asked."""
    keys = [key for key in chosen.objects.keys if key is not None]
    if filters.text or chosen.supplier or (keys and None in chosen.objects.keys):
        return None
    if chosen.objects.codes and not chosen.objects.keys:
        return {}
    if keys:
        return _of_objects(user, chosen, filters, keys)
    return _of_cells(user, chosen, filters)


def _of_cells(user: User | AnonymousUser, chosen: Selection, filters: "RowFilters") -> Counts:
    """Of whole cells, or of what no line takes of them; and of what own cost objects have of others'."""
    sees = sight(user, chosen.on)
    own = ledger_scope(sees, POSTING, _NOBODYS)
    if chosen.objects.codes:
        bare = BareCell.objects.filter(own, run=current_run())
        return _by_period(bare.filter(_asked(chosen, filters, LEDGER, "code_string", "cell__batch")))
    if sees.everything and set(chosen.fields) <= {ROLLUP.group} and not filters.of_codes("code_string"):
        sums = LedgerSum.objects.filter(batch__ended_at__isnull=True)
        return _by_period(sums.filter(_asked(chosen, filters, _ACCOUNTS, "", "batch")))
    cells = LedgerCell.objects.filter(own, batch__ended_at__isnull=True)
    found = _by_period(cells.filter(_asked(chosen, filters, LEDGER, "code_string", "batch")))
    if not sees.cost_objects or on_own_centres(user, chosen):
        return found
    others = ~ledger_scope(sees, LINE_RIGHTS, _NOBODYS)
    return _together(found, _of_parts(_lines(chosen, filters, sees.cost_objects).filter(others, _open())))


def on_own_centres(user: User | AnonymousUser, chosen: Selection) -> bool:
    """Whether what is chosen lies on the user's own cost centres, of which all is seen anyway, salaries aside. Of
    past days it isn't said: rights are those of today."""
    if looks_back(user):
        return False
    sees = sight(user, chosen.on)
    units = {unit for unit, days in sees.concerned.units if chosen.on in days}
    return any(
        codes.codes and set(codes.keys) <= own
        for codes, own in ((chosen.units, units), (chosen.cost_centres, sees.concerned.now))
    )


def cells_of(chosen: Selection, filters: "RowFilters", periods: Iterable[Period]) -> "Iterable[Cell] | None":
    """The cells that the chosen cost objects, or none, have all or a part of. One query; None where all are meant."""
    keys = [key for key in chosen.objects.keys if key is not None]
    if keys and None not in chosen.objects.keys:
        lines = _lines(chosen, filters, keys).filter(period__in=periods)
        return lines.values_list("cell__batch", "cell__period", "cell__code_string")
    if chosen.objects.keys and not keys:
        bare = BareCell.objects.filter(_asked(chosen, filters, LEDGER, "code_string", "cell__batch"))
        return bare.filter(run=current_run(), period__in=periods).values_list("cell__batch", "period", "code_string")
    return None


def _of_objects(user: User | AnonymousUser, chosen: Selection, filters: "RowFilters", keys: list[int]) -> Counts | None:
    """None where others have a part of the same rows, and the user sees these for that part alone."""
    sees = sight(user, chosen.on)
    lines = _lines(chosen, filters, keys)
    if set(keys) <= set(sees.cost_objects):
        return _of_parts(lines.filter(ledger_scope(sees, LINE_RIGHTS, _NOBODYS) | _open()))
    if sees.cost_objects:
        return None
    return _of_parts(lines.filter(ledger_scope(sees, LINE_RIGHTS, _NOBODYS)))


def _open() -> Q:
    return Q(**{LINE_RIGHTS.sensitivity: Sensitivity.OPEN})


def _lines(chosen: Selection, filters: "RowFilters", keys: Iterable[int]) -> "QuerySet[AllocationLine]":
    """Of the selection, those that go to some cost objects."""
    lines = AllocationLine.objects.in_force().filter(cost_object__in=keys, cell__batch__ended_at__isnull=True)
    return lines.filter(_asked(chosen, filters, LINE, "cell__code_string", "cell__batch"))


def _asked(chosen: Selection, filters: "RowFilters", at: Lookups, code_string: str, batch: str) -> Q:
    condition = chosen.scope(at) & in_months(chosen, filters, at) & filters.of_codes(code_string)
    if chosen.kind:
        condition &= of_kind(at, chosen.kind)
    return condition if filters.batch is None else condition & Q(**{batch: filters.batch})


def _by_period(rows: "QuerySet[Any]") -> Counts:
    sums = rows.order_by().values_list("period").annotate(rows=Sum("row_count"), total=Sum("amount"))
    return {Period(period): (count, total) for period, count, total in sums}


def _of_parts(lines: "QuerySet[AllocationLine]") -> Counts:
    try:
        statement, values = lines.order_by().values_list("cell", "slice").query.sql_with_params()
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_PARTS.format(lines=statement), values)
        return {Period(period): (int(count), total) for period, count, total in cursor.fetchall()}


def _together(*found: Counts) -> Counts:
    sums: dict[Period, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal("0.00")))
    for part in found:
        for period, (count, total) in part.items():
            sums[period] = sums[period][0] + count, sums[period][1] + total
    return dict(sums)
