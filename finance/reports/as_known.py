"""The money as it was known at the end of a day: batches booked, the run in force, and budgets decided then.

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
    ImportBatch,
    Posting,
    SupersededLine,
    VarianceComment,
)
from vp_portal.core.as_known import MONEY, Source, Stand, columns_of, from_history, register

# As `allocation_store.ROLLUP`, for the batches and the run of the day.
_ROLLUP = """
    SELECT row_number() OVER () AS id, sums.* FROM (
        SELECT r.id AS run_id, c.period, l.cost_object_id, a.group_id AS account_group_id, s.cost_centre_id,
               a.is_distribution, a.sensitivity, sum(coalesce(l.amount, c.amount)) AS amount,
               sum(coalesce(l.row_count, c.row_count)) AS row_count
        FROM pg_temp.finance_importbatch b
        JOIN finance_ledgercell c ON c.batch_id = b.id
        JOIN finance_codestring s ON s.id = c.code_string_id
        JOIN finance_account a ON a.id = s.account_id
        JOIN pg_temp.finance_allocationrun r ON r.in_force_from IS NOT NULL AND r.in_force_to IS NULL
        LEFT JOIN finance_allocationline l ON l.cell_id = c.id AND l.run_id = r.id
        WHERE b.ended_at IS NULL
        GROUP BY r.id, c.period, l.cost_object_id, a.group_id, s.cost_centre_id, a.is_distribution, a.sensitivity
    ) sums
"""


def stands(end: dt.datetime) -> Iterator[Stand]:
    """Two queries before them: which batches have been moved since, and whether lines were made anew."""
    yield _forgetting(ImportBatch, "booked_at", "ended_at", "replaced_by_id")
    yield _forgetting(AllocationRun, "made_at", "in_force_to")
    yield _rows(end)
    if SupersededLine.objects.filter(until__gte=end).exists():
        columns = ", ".join(columns_of(AllocationLine))
        yield Stand("finance_allocationline", _LINES.format(columns=columns), is_view=True)
    yield Stand("finance_costrollup", _ROLLUP, then="ANALYZE finance_costrollup;")
    for model in (BudgetVersion, BudgetApproval, VarianceComment):
        yield from_history(model)


# Each cell's lines until the first moment after the day when they were made anew, else those that it has.
_LINES = """
    SELECT {columns} FROM public.finance_allocationline l WHERE NOT EXISTS (
        SELECT FROM public.finance_supersededline s
        WHERE s.run_id = l.run_id AND s.cell_id = l.cell_id AND s.until >= %(end)s)
    UNION ALL
    SELECT -s.id AS id, s.run_id, s.cell_id, s.rule_id, s.cost_object_id, s.amount, s.row_count
    FROM public.finance_supersededline s WHERE s.cost_object_id IS NOT NULL AND s.until = (
        SELECT min(until) FROM public.finance_supersededline o
        WHERE o.run_id = s.run_id AND o.cell_id = s.cell_id AND o.until >= %(end)s)
"""


def _forgetting(model: type[ImportBatch | AllocationRun], since: str, until: str, *more: str) -> Stand:
    """The rows made by the day, without the end that they have come to since."""
    gone = {f'"{name}"': f"CASE WHEN {until} < %(end)s THEN {name} END AS {name}" for name in (until, *more)}
    chosen = ", ".join(gone.get(column, column) for column in columns_of(model))
    table = model._meta.db_table
    return Stand(
        table,
        f"SELECT {chosen} FROM public.{table} WHERE {since} < %(end)s",  # noqa: S608  # names of our own
        then=f"CREATE INDEX ON {table} (id); ANALYZE {table};",
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
