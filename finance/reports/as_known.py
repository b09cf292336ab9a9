"""The money as it was known at the end of a day: batches booked, the run in force, budgets
decided, hands, flags, funding and drivers then.

Accounts, their groups and what is sensitive are those of today: who may see what is never a thing of the past.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finance.models import (
    AllocationLine,
    AllocationRun,
    BudgetApproval,
    BudgetVersion,
    CellSlice,
    Consumer,
    Driver,
    DriverValue,
    FundingIncome,
    FundingShare,
    FundingSource,
    HandAssignment,
    ImportBatch,
    Posting,
    PostingFlag,
    SupersededLine,
    VarianceComment,
)
from finance.models.total import SPAN_COLUMNS, SPANS, TOTAL_COLUMNS, TOTALS
from vp_portal.core.as_known import MONEY, Source, Stand, columns_of, from_history, register
from vp_portal.core.periods import TERTIAL, YEAR

# As `allocation_store.ROLLUP`, for the batches and the run of the day: the lines, and what of each cell has none.
_ROLLUP = """
    WITH cell AS MATERIALIZED (
        SELECT r.id AS run_id, c.id, c.period, a.group_id, s.cost_centre_id, a.is_distribution, a.sensitivity,
               c.amount, c.row_count
        FROM pg_temp.finance_importbatch b
        JOIN finance_ledgercell c ON c.batch_id = b.id
        JOIN finance_codestring s ON s.id = c.code_string_id
        JOIN finance_account a ON a.id = s.account_id
        JOIN pg_temp.finance_allocationrun r ON r.in_force_from IS NOT NULL AND r.in_force_to IS NULL
        WHERE b.ended_at IS NULL
    ), line AS MATERIALIZED (
        SELECT l.cell_id, l.cost_object_id, sum(l.amount) AS amount, sum(l.row_count) AS row_count
        FROM finance_allocationline l
        JOIN pg_temp.finance_allocationrun r ON r.id = l.run_id AND r.in_force_from IS NOT NULL
            AND r.in_force_to IS NULL
        GROUP BY l.cell_id, l.cost_object_id
    ), sent AS (
        SELECT cell_id, sum(amount) AS amount, sum(row_count) AS row_count FROM line GROUP BY cell_id
    ), part AS (
        SELECT id, cost_object_id, line.amount, line.row_count FROM cell JOIN line ON line.cell_id = cell.id
        UNION ALL
        SELECT id, NULL, cell.amount - coalesce(sent.amount, 0), cell.row_count - coalesce(sent.row_count, 0)
        FROM cell LEFT JOIN sent ON sent.cell_id = cell.id
        WHERE cell.row_count > coalesce(sent.row_count, 0)
    )
    SELECT row_number() OVER () AS id, sums.* FROM (
        SELECT cell.run_id, cell.period, part.cost_object_id, cell.group_id AS account_group_id, cell.cost_centre_id,
               cell.is_distribution, cell.sensitivity, sum(part.amount) AS amount, sum(part.row_count) AS row_count
        FROM cell JOIN part ON part.id = cell.id
        GROUP BY cell.run_id, cell.period, part.cost_object_id, cell.group_id, cell.cost_centre_id,
                 cell.is_distribution, cell.sensitivity
    ) sums
"""
_TOTALS = (
    f"SELECT row_number() OVER () AS id, {TOTAL_COLUMNS} "  # noqa: S608  # our own texts
    f"FROM ({TOTALS.format(sums='SELECT *, abs(amount) AS absolute FROM pg_temp.finance_costrollup')}) t"
)
_ORDINARY = "SELECT *, abs(amount) AS absolute FROM pg_temp.finance_costrollup WHERE period %% 100 BETWEEN 1 AND 12"
# Nobody asks for spans of another day, and a view that nobody asks costs nothing.
_SPANS = f"""
    SELECT row_number() OVER () AS id, {SPAN_COLUMNS} FROM (
        SELECT {SPAN_COLUMNS} FROM ({SPANS.format(months=TERTIAL, sums=_ORDINARY)}) tertial
        UNION ALL SELECT {SPAN_COLUMNS} FROM ({SPANS.format(months=YEAR, sums=_ORDINARY)}) year
    ) span
"""  # noqa: S608  # our own texts
# As `allocation_store._BARE`: what of each cell of the day no line takes.
_BARE = """
    SELECT c.id, r.id AS run_id, c.period, c.id AS cell_id, c.code_string_id,
           c.amount - coalesce(sent.amount, 0) AS amount,
           c.row_count - coalesce(sent.row_count, 0) AS row_count, coalesce(sent.row_count, 0) = 0 AS is_whole
    FROM pg_temp.finance_importbatch b
    JOIN finance_ledgercell c ON c.batch_id = b.id
    JOIN pg_temp.finance_allocationrun r ON r.in_force_from IS NOT NULL AND r.in_force_to IS NULL
    LEFT JOIN (
        SELECT l.run_id, l.cell_id, sum(l.amount) AS amount, sum(l.row_count) AS row_count
        FROM finance_allocationline l GROUP BY l.run_id, l.cell_id
    ) sent ON sent.run_id = r.id AND sent.cell_id = c.id
    WHERE b.ended_at IS NULL AND c.row_count > coalesce(sent.row_count, 0)
"""


_TRACKED = (
    *(BudgetVersion, BudgetApproval, VarianceComment, PostingFlag),
    *(FundingSource, FundingIncome, FundingShare, Driver, Consumer, DriverValue),
)


def stands(end: dt.datetime) -> Iterator[Stand]:
    """Two queries before them: which batches have been moved since, and whether lines were made anew."""
    yield _forgetting(ImportBatch, "booked_at", "ended_at", "replaced_by_id")
    yield _forgetting(AllocationRun, "made_at", "in_force_to")
    yield _rows(end)
    if SupersededLine.objects.filter(until__gte=end).exists():
        yield Stand("finance_allocationline", _lines(), is_view=True)
        yield Stand("finance_cellslice", _slices(), is_view=True)
        yield Stand("finance_slicedposting", _SLICED, is_view=True)
    yield Stand("finance_costrollup", _ROLLUP, then="ANALYZE finance_costrollup;")
    yield Stand("finance_costtotal", _TOTALS)
    yield Stand("finance_spantotal", _SPANS, is_view=True)
    yield Stand("finance_barecell", _BARE, is_view=True)
    for model in _TRACKED:
        yield from_history(model)
    hands = f"SELECT {', '.join(columns_of(HandAssignment))} FROM public.finance_handassignment"  # noqa: S608  # names
    yield Stand("finance_handassignment", f"{hands} WHERE made_at < %(end)s", is_view=True)


# What a cell had at the end of the day: what it was until the first moment after that when it was allocated anew, else
# what it has. Where a cell was allocated anew there is a line to tell it, if only one without a cost object.
_THEN = """
    SELECT {columns} FROM public.{table} l WHERE NOT EXISTS (
        SELECT FROM public.finance_supersededline s
        WHERE s.run_id = l.run_id AND s.cell_id = l.cell_id AND s.until >= %(end)s)
    UNION ALL
    SELECT {then} FROM public.{past} s WHERE {counted} AND s.until = (
        SELECT min(until) FROM public.finance_supersededline o
        WHERE o.run_id = s.run_id AND o.cell_id = s.cell_id AND o.until >= %(end)s)
"""
_SLICED = """
    SELECT p.id, p.slice_id, p.posting FROM public.finance_slicedposting p
    WHERE EXISTS (SELECT FROM pg_temp.finance_cellslice s WHERE s.id = p.slice_id)
    UNION ALL
    SELECT NULL::bigint, s.id, unnest(s.postings) FROM public.finance_supersededslice s
    WHERE EXISTS (SELECT FROM pg_temp.finance_cellslice c WHERE c.id = s.id)
"""

_PERIOD = "(SELECT c.period FROM public.finance_ledgercell c WHERE c.id = s.cell_id) AS period"


def _lines() -> str:
    """What was superseded has a negative key, and the period of its cell."""
    columns = columns_of(AllocationLine)
    told = {'"id"': "-s.id AS id", '"period"': _PERIOD}
    then = ", ".join(told.get(column, f"s.{column}") for column in columns)
    return _THEN.format(
        columns=", ".join(columns),
        then=then,
        table="finance_allocationline",
        past="finance_supersededline",
        counted="s.cost_object_id IS NOT NULL",
    )


def _slices() -> str:
    columns = ", ".join(columns_of(CellSlice))
    return _THEN.format(
        columns=columns, then=columns, table="finance_cellslice", past="finance_supersededslice", counted="true"
    )


def _forgetting(model: type[ImportBatch | AllocationRun], since: str, until: str, *more: str) -> Stand:
    """The rows made by the day, without the end that they have come to since."""
    gone = {f'"{name}"': f"CASE WHEN {until} < %(end)s THEN {name} END AS {name}" for name in (until, *more)}
    chosen = ", ".join(gone.get(column, column) for column in columns_of(model))
    table = model._meta.db_table
    return Stand(
        table,
        f"SELECT {chosen} FROM public.{table} WHERE {since} < %(end)s",  # noqa: S608  # names of our own
        then=f"ALTER TABLE pg_temp.{table} ADD PRIMARY KEY (id); ANALYZE {table};",
    )


def _rows(end: dt.datetime) -> Stand:
    """The rows of the batches that counted, where they lie now. Their keys are written out: the database then opens
    no other partition."""
    counted = ImportBatch.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=end), booked_at__lt=end)
    batches = list(counted.values_list("pk", "ended_at"))
    columns = ", ".join(columns_of(Posting))

    def part(table: str, keys: list[int]) -> str:
        chosen = f"batch_id IN ({', '.join(map(str, keys))})" if keys else "false"
        return f"SELECT {columns} FROM public.{table} WHERE {chosen}"  # noqa: S608  # names of our own, and keys

    there = part("finance_posting", [pk for pk, ended in batches if ended is None])
    moved = part("finance_supersededposting", [pk for pk, ended in batches if ended is not None])
    return Stand("finance_posting", f"{there} UNION ALL {moved}", is_view=True)


def register_source() -> None:
    register(Source(MONEY, _("ekonomin"), "SELECT min(booked_at) FROM finance_importbatch", stands))
