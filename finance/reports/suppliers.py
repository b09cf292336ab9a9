"""The cost by supplier: what is open of what the user sees, and the rest as one part.

A supplier is its number, or its name where it has none. Sums are per code string (`SupplierSum`); a batch that the
worker has not come to yet is read row by row, so that the answer is always whole. Where only a part of a cell is asked
for, each supplier gets that part of its own: rounded cumulatively, so that the pieces of a cell add up to the öre and
each lies within an öre of its exact share. Decision 0032.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from finance.choices import FlowKind, Sensitivity
from finance.models import AllocationLine, CellSlice, Posting, SupplierBatch, SupplierSum
from finance.models.posting import RowIn
from finance.models.rollup import CostRollupQuerySet
from finance.models.run import current_run
from finance.models.scope import POSTING, Paths, Sight, ledger_scope, sight
from finance.reports.economy import ZERO, Compared, added, bounds, this_and_last, within
from finance.reports.selection import LEDGER, LINE, NONE, ROLLUP, Selection, of_kind
from finance.reports.turned import Part
from vp_portal.core.models import User

#: What stands before a supplier in an address, and on its part of the table.
NUMBER, NAME = "no:", "name:"
_LINE = Paths("period", "cell__code_string__cost_centre", "cell__code_string__account__sensitivity")
_CELL = ("cell__batch", "cell__period", "cell__code_string")
_OPEN = {"code_string__account__sensitivity": Sensitivity.OPEN}
_NOBODY = Q(supplier_no="", supplier_name="")

# What is asked of each cell, or of each of its slices, spread over the suppliers of its rows. What a slice has taken is
# not the rest's.
_SHARED = """
    WITH part (run, cell, slice, part) AS MATERIALIZED ({lines}), asked AS MATERIALIZED (
        SELECT p.*, c.batch_id, c.period, c.code_string_id, (
            SELECT sum(l.amount) FROM finance_allocationline l
            WHERE l.run_id = p.run AND l.cell_id = p.cell AND l.slice_id IS NOT DISTINCT FROM p.slice) AS whole
        FROM part p JOIN finance_ledgercell c ON c.id = p.cell
    ), row_of AS (
        SELECT a.cell, a.slice, r.supplier_no, r.supplier_name, r.amount
        FROM asked a JOIN finance_slicedposting s ON s.slice_id = a.slice
        JOIN finance_posting r ON r.batch_id = a.batch_id AND r.id = s.posting
        UNION ALL
        SELECT a.cell, a.slice, s.supplier_no, s.supplier_name, s.amount
        FROM asked a JOIN finance_suppliersum s
            ON s.batch_id = a.batch_id AND s.period = a.period AND s.code_string_id = a.code_string_id
        WHERE a.slice IS NULL AND NOT a.batch_id = ANY(%s)
        UNION ALL
        SELECT a.cell, a.slice, r.supplier_no, r.supplier_name, r.amount
        FROM asked a JOIN finance_posting r
            ON r.batch_id = a.batch_id AND r.period = a.period AND r.code_string_id = a.code_string_id
        WHERE a.slice IS NULL AND a.batch_id = ANY(%s)
        UNION ALL
        SELECT a.cell, a.slice, r.supplier_no, r.supplier_name, -r.amount
        FROM asked a JOIN finance_cellslice c ON c.run_id = a.run AND c.cell_id = a.cell
        JOIN finance_slicedposting s ON s.slice_id = c.id
        JOIN finance_posting r ON r.batch_id = a.batch_id AND r.id = s.posting
        WHERE a.slice IS NULL
    ), sums AS (
        SELECT cell, slice, supplier_no, supplier_name, sum(amount) AS amount FROM row_of
        WHERE supplier_no <> '' OR supplier_name <> '' GROUP BY cell, slice, supplier_no, supplier_name
    )
    SELECT supplier_no, supplier_name,
           coalesce(sum(piece) FILTER (WHERE period BETWEEN %s AND %s), 0),
           coalesce(sum(piece) FILTER (WHERE period BETWEEN %s AND %s), 0)
    FROM (
        SELECT s.supplier_no, s.supplier_name, a.period,
               round(a.part * sum(s.amount) OVER w / a.whole, 2)
               - round(a.part * (sum(s.amount) OVER w - s.amount) / a.whole, 2) AS piece
        FROM asked a JOIN sums s ON s.cell = a.cell AND s.slice IS NOT DISTINCT FROM a.slice
        WHERE a.whole <> 0
        WINDOW w AS (PARTITION BY s.cell, s.slice ORDER BY s.supplier_no, s.supplier_name)
    ) pieces
    GROUP BY supplier_no, supplier_name
"""


def of_supplier(code: str) -> Q:
    """The rows of a supplier, on open accounts; `-` finds all others."""
    if code == NONE:
        return _NOBODY | Q(code_string__account__sensitivity__gt=Sensitivity.OPEN)
    if code.startswith(NUMBER):
        return Q(**_OPEN, supplier_no=code.removeprefix(NUMBER))
    return Q(**_OPEN, supplier_no="", supplier_name=code.removeprefix(NAME))


def supplier_label(code: str) -> str:
    if code == NONE:
        return _("Utan leverantör")
    return _("Leverantör %(supplier)s") % {"supplier": code.removeprefix(NUMBER).removeprefix(NAME)}


def parts(user: User | AnonymousUser, seen: CostRollupQuerySet, chosen: Selection, kind: FlowKind) -> list[Part]:
    """In the ledger's signs, as the other ways to turn the table; their sum is the selection's. Three to five queries.

    What has no supplier, or stands on a sensitive account, is one part: what is left of the selection.
    """
    waiting = list(SupplierBatch.objects.waiting().values_list("pk", flat=True))
    rows = [*_whole(user, chosen, kind, waiting), *_shared(user, chosen, kind, waiting)]
    found = _named(rows)
    sums = [each.filter(of_kind(ROLLUP, kind)) for each in within(seen, chosen)]
    total = sum((Compared(this, last) for this, last in added(sums, chosen)), Compared())
    rest = total + -sum((part.amount for part in found), Compared())
    note = _("löner, interna poster och annat utan leverantör")
    return [*found, Part(NONE, _("Utan leverantör"), rest, note=note)]


def part_of(user: User | AnonymousUser, chosen: Selection, kind: FlowKind) -> Decimal:
    """What the chosen cost objects have of one supplier in the months, as the table has it. Up to two queries."""
    waiting = list(SupplierBatch.objects.waiting().values_list("pk", flat=True))
    parts = _named(_shared(user, chosen, kind, waiting))
    return next((part.amount.this for part in parts if part.code == chosen.supplier), ZERO)


def _named(rows: Iterable[tuple[str, str, Decimal, Decimal]]) -> list[Part]:
    """A number has the name that it stands for most money with."""
    sums: dict[str, Compared] = {}
    names: dict[str, tuple[Decimal, str]] = {}
    for number, name, this, last in rows:
        code = NUMBER + number if number else NAME + name
        sums[code] = sums.get(code, Compared()) + Compared(this, last)
        names[code] = max(names.get(code, (Decimal(-1), "")), (abs(this) + abs(last) if name else ZERO, name))
    return [
        Part(code, names[code][1] or code.removeprefix(NUMBER), amount, note=_note(code))
        for code, amount in sums.items()
    ]


def _note(code: str) -> str:
    return code.removeprefix(NUMBER) if code.startswith(NUMBER) else ""


def _whole(user: User | AnonymousUser, chosen: Selection, kind: FlowKind, waiting: list[int]) -> list[Any]:
    """Of cells that the user sees whole and that no choice of cost objects divides."""
    keys = chosen.objects.keys
    if chosen.objects.codes and None not in keys:
        return []
    months = chosen.periods(LEDGER) | chosen.last_year.periods(LEDGER)
    asked = Q(**_OPEN) & chosen.scope(LEDGER) & months & of_kind(LEDGER, kind) & ~_NOBODY
    asked &= _centres(sight(user, chosen.on), POSTING)
    sources: list[Any] = [SupplierSum.objects.in_force(), Posting.objects.filter(batch__in=waiting)]
    if chosen.objects.codes:
        sources = _homeless(waiting)
    return [
        row
        for rows in sources
        for row in rows.filter(asked)
        .order_by()
        .values_list("supplier_no", "supplier_name")
        .annotate(**this_and_last(chosen))
    ]


def _homeless(waiting: list[int]) -> list[Any]:
    """What nothing takes: of cells without a line the sums, of those that are divided the rows."""
    in_cell = {field: OuterRef(field.removeprefix("cell__")) for field in _CELL}
    lines = AllocationLine.objects.in_force().filter(**in_cell)
    divided = CellSlice.objects.filter(run=current_run()).exclude(cell__batch__in=waiting).values(*_CELL)
    return [
        SupplierSum.objects.in_force().filter(~Exists(lines)).exclude(batch__in=waiting),
        Posting.objects.unallocated().filter(batch__in=waiting),
        Posting.objects.unallocated().filter(RowIn("batch", "period", "code_string", Subquery(divided)), Exists(lines)),
    ]


def _centres(seen: Sight, at: Paths) -> Q:
    """Rows that are seen for their cost centre's sake."""
    return ledger_scope(seen, at, Q(pk__in=[]))


def _shared(user: User | AnonymousUser, chosen: Selection, kind: FlowKind, waiting: list[int]) -> list[Any]:
    """Of cells that the chosen cost objects, or the user's own, have a part of."""
    seen = sight(user, chosen.on)
    named = any(key is not None for key in chosen.objects.keys)
    if not named and (chosen.objects.codes or seen.everything or seen.wide or seen.cost_objects == ()):
        return []
    own = Q(cost_object__in=seen.cost_objects)
    lines = AllocationLine.objects.in_force().filter(
        chosen.scope(LINE) & (chosen.periods(LINE) | chosen.last_year.periods(LINE)) & of_kind(LINE, kind),
        cell__batch__ended_at__isnull=True,
        cell__code_string__account__sensitivity=Sensitivity.OPEN,
    )
    lines = lines.filter(ledger_scope(seen, _LINE, own)) if named else lines.filter(own).exclude(_centres(seen, _LINE))
    cells = lines.order_by().values_list("run", "cell", "slice").annotate(part=Sum("amount"))
    try:
        query, values = cells.query.sql_with_params()
    except EmptyResultSet:  # who answers for nothing
        return []
    spans = [int(period) for months in (chosen, chosen.last_year) for period in bounds(months)]
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(lines=query), [*values, waiting, waiting, *spans])
        return list(cursor.fetchall())
