"""Totals of what is to be booked, and the sum rows that must agree with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from finance.importing.amounts import SPACES, parse_amount
from finance.importing.groups import Reading
from finance.importing.problems import Refusal, RowError, ValueProblem, refuse
from finance.importing.records import SumRow
from vp_portal.core import formatting
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class PeriodTotal:
    rows: int
    sum: Decimal


def totals_by_period() -> dict[Period, PeriodTotal]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT period, sum(rows), sum(amount) FROM ledger_group GROUP BY period ORDER BY period")
        return {Period(period): PeriodTotal(int(rows), amount) for period, rows, amount in cursor.fetchall()}


def _amount_of(row: SumRow, mark: str | None) -> Decimal:
    """A sum row's amount; debit less credit when the file has those. Raises ValueProblem."""
    if row.debit.strip(SPACES) or row.credit.strip(SPACES):
        debit, credit = (
            parse_amount(text, mark) if text.strip(SPACES) else Decimal(0) for text in (row.debit, row.credit)
        )
        return debit - credit
    return parse_amount(row.amount, mark)


def _running_totals(lines: Sequence[int], reading: Reading) -> list[Decimal]:
    """The sum of the rows above each of the lines."""
    query = sql.SQL("SELECT width_bucket(s.line, {}::int[]), sum({}) FROM ledger_staging s {} GROUP BY 1").format(
        sql.Literal(list(lines)), reading.amount, reading.joins
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        between = dict(cursor.fetchall())
    totals, running = [], Decimal(0)
    for bucket in range(len(lines)):
        running += between.get(bucket, Decimal(0))
        totals.append(running)
    return totals


def check_stated(total: Decimal, stated: Decimal | None) -> None:
    """Raises Refusal when the rows' sum is not the control total that somebody typed."""
    if stated is not None and stated != total:
        message = _("Filens summa är %(file)s, kontrollsumman %(stated)s. Det skiljer %(difference)s.")
        values = {
            "file": formatting.kr_ore(total),
            "stated": formatting.kr_ore(stated),
            "difference": formatting.kr_ore(total - stated, signed=True),
        }
        raise refuse(message % values)


def check_sum_rows(rows: Sequence[SumRow], reading: Reading, total: Decimal) -> Decimal | None:
    """The control total that the file's sum rows give, None without any. Raises Refusal where one disagrees.

    A sum row adds up all rows above it, or those since an earlier sum row.
    """
    if not rows:
        return None
    errors: list[RowError] = []
    running = _running_totals([row.line for row in rows], reading)
    starts = {Decimal(0)}
    for row, above in zip(rows, running, strict=True):
        try:
            if above - _amount_of(row, reading.mark) not in starts:
                reason = _("summan stämmer inte: raderna ovanför blir %(above)s") % {"above": above}
                errors.append(RowError(row.line, _("summa"), row.amount, reason))
        except ValueProblem as problem:
            errors.append(RowError(row.line, _("summa"), row.amount, str(problem)))
        starts.add(above)
    if errors:
        raise Refusal(errors)
    return total if running[-1] == total else None
