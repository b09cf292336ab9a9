"""Staged text becomes amounts, periods, dates and codes. SQL reads what is plainly written; the grammars in
`amounts` and `dates` read each other spelling once."""

from collections.abc import Callable, Iterable, Iterator

from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing import groups
from finance.importing.amounts import SPACES, find_mark, parse_amount
from finance.importing.dates import parse_date, parse_period
from finance.importing.groups import LENGTHS, Reading, amount_roles, plain_amount
from finance.importing.layout import Layout
from finance.importing.problems import LISTED, Refusal, RowError, ValueProblem
from finance.importing.records import Findings
from finance.importing.staging import copy_lookup
from vp_portal.core.periods import Period

_CODE_LENGTH = 40
#: As `validate_code` says it, for PostgreSQL.
_CODE = r"^[^\s/?#&%;\\]+$"
#: The decimal mark is guessed from so many rows before all of them are read.
_SAMPLE = 1000


def _column(query: sql.Composable) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for (value,) in cursor:
            yield value


def _shapes(layout: Layout, rows: int | None = None) -> list[str]:
    """How the amounts are written, each digit a 9; of the first `rows` rows or of all."""
    query = sql.SQL("SELECT DISTINCT translate({}, '012345678', '999999999') FROM (SELECT * FROM ledger_staging {}) s")
    limit = sql.SQL("LIMIT {}").format(sql.Literal(rows)) if rows else sql.SQL("")
    return [
        shape for role in amount_roles(layout) for shape in _column(query.format(sql.Identifier(role.value), limit))
    ]


def _read(values: Iterable[str], parse: Callable[[str], object]) -> Iterator[tuple[str, object, str]]:
    for raw in values:
        try:
            yield raw, parse(raw), ""
        except ValueProblem as problem:
            yield raw, None, str(problem)


def _look_amounts_up(reading: Reading) -> bool:
    """Every spelling of an amount that SQL may not cast by itself → its value. Whether any has none."""
    roles = amount_roles(reading.layout)
    each = sql.SQL("SELECT DISTINCT {role} AS raw FROM ledger_staging WHERE {role} !~ {plain}")
    odd = sql.SQL(" UNION ").join(
        each.format(role=sql.Identifier(role.value), plain=sql.Literal(plain_amount(reading.mark))) for role in roles
    )
    empty_is_nothing = len(roles) == 2

    def parse(raw: str) -> object:
        return 0 if empty_is_nothing and not raw.strip(SPACES) else parse_amount(raw, reading.mark)

    return copy_lookup("ledger_amount", "numeric(14,2)", _read(list(_column(odd)), parse))


def _quick_survey(reading: Reading) -> groups.Survey | None:
    try:
        with transaction.atomic():
            return groups.take(reading)
    except DataError:
        return None


def _survey(layout: Layout, *, is_tight: bool) -> tuple[Reading, groups.Survey, bool]:
    """The rows added up, and whether some amount can't be read.

    The decimal mark is guessed first: amounts that are all plain with it prove it. Otherwise the whole column
    decides, and odd spellings are looked up.
    """
    if len(amount_roles(layout)) == 1:
        guess = layout.decimal_mark or find_mark(_shapes(layout, _SAMPLE))
        reading = Reading(layout, guess, is_tight=is_tight)
        found = _quick_survey(reading)
        if found and not found.unread:
            return reading, found, False
    reading = Reading(layout, layout.decimal_mark or find_mark(_shapes(layout)), looked_up=True, is_tight=is_tight)
    wrong = _look_amounts_up(reading)
    return reading, groups.take(reading), wrong


def _look_periods_up(period: Period | None, layout: Layout) -> bool:
    """Every spelling of a period → its value. A given period must be the file's own, if it has one."""
    has_column = ColumnRole.PERIOD in layout.columns or ColumnRole.YEAR in layout.columns

    def parse(raw: str) -> int:
        if period and not has_column:
            return int(period)
        found = parse_period(raw)
        if period and found != period:
            raise ValueProblem(_("perioden är inte den angivna, %(period)s") % {"period": period})
        return int(found)

    spellings = list(_column(sql.SQL("SELECT DISTINCT raw_period FROM ledger_raw")))
    return copy_lookup("ledger_period", "integer", _read(spellings, parse))


def _look_dates_up(reading: Reading) -> bool:
    query = sql.SQL("SELECT DISTINCT {} FROM ledger_staging s").format(reading.raw(ColumnRole.DATE))
    return copy_lookup("ledger_date", "date", _read(list(_column(query)), parse_date))


_GROUP = """
    CREATE TEMP TABLE ledger_group ON COMMIT DROP AS
    SELECT {raws}, {trimmed}, r.raw_period, p.value AS period, r.rows, r.amount, r.negative
    FROM ledger_raw r JOIN ledger_period p ON p.raw = r.raw_period
"""


def _make_groups() -> None:
    """`ledger_group`: the survey with codes trimmed and periods read."""
    names = {role: sql.Identifier(f"raw_{role.value}") for role in CODE_ROLES}
    query = sql.SQL(_GROUP).format(
        raws=sql.SQL(", ").join(names.values()),
        trimmed=sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(groups.trim(raw), sql.Identifier(role.value)) for role, raw in names.items()
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(query)


def _lookup_errors(role: ColumnRole, raw: sql.Composable, table: str) -> sql.Composable:
    return sql.SQL(
        "SELECT s.line, {role} AS role, {raw} AS value, l.reason FROM ledger_staging s "
        "JOIN {table} l ON l.raw = {raw} WHERE l.reason <> ''"
    ).format(role=sql.Literal(role.value), raw=raw, table=sql.Identifier(table))


def _bad_codes(role: ColumnRole) -> list[str]:
    """Codes that no register can hold, as they are written."""
    query = sql.SQL(
        "SELECT DISTINCT {raw} FROM ledger_group WHERE ({required} AND {role} = '') "
        "OR ({role} <> '' AND ({role} !~ {form} OR length({role}) > {longest}))"
    ).format(
        raw=sql.Identifier(f"raw_{role.value}"),
        role=sql.Identifier(role.value),
        required=sql.Literal(role is ColumnRole.ACCOUNT),
        form=sql.Literal(_CODE),
        longest=sql.Literal(_CODE_LENGTH),
    )
    return list(_column(query))


def _code_errors(reading: Reading, role: ColumnRole, bad: list[str]) -> sql.Composable:
    reason = _("får inte innehålla blanktecken eller något av / ? # & %% ; \\ och högst vara 40 tecken") % ()
    return sql.SQL(
        "SELECT s.line, {name}, {text}, CASE WHEN {text} = '' THEN {missing} ELSE {reason} END "
        "FROM ledger_staging s WHERE {raw} = ANY({bad})"
    ).format(
        name=sql.Literal(role.value),
        text=reading.trimmed(role),
        raw=reading.raw(role),
        bad=sql.Literal(bad),
        missing=sql.Literal(_("konto saknas")),
        reason=sql.Literal(reason),
    )


def _length_errors(reading: Reading, role: ColumnRole) -> sql.Composable:
    return sql.SQL(
        "SELECT s.line, {name}, left({text}, 80), {reason} FROM ledger_staging s WHERE length({text}) > {longest}"
    ).format(
        name=sql.Literal(role.value),
        text=reading.trimmed(role),
        longest=sql.Literal(LENGTHS[role]),
        reason=sql.Literal(_("högst %(longest)s tecken") % {"longest": LENGTHS[role]}),
    )


def _debit_credit_errors() -> sql.Composable:
    return sql.SQL(
        "SELECT s.line, 'debit', s.debit || ' / ' || s.credit, CASE WHEN btrim(s.debit, {spaces}) = '' "
        "THEN {missing} ELSE {both} END FROM ledger_staging s "
        "LEFT JOIN ledger_amount of_debit ON of_debit.raw = s.debit "
        "LEFT JOIN ledger_amount of_credit ON of_credit.raw = s.credit "
        "WHERE (btrim(s.debit, {spaces}) = '' AND btrim(s.credit, {spaces}) = '') "
        "OR (coalesce(of_debit.value, 1) <> 0 AND coalesce(of_credit.value, 1) <> 0 "
        "AND s.debit !~ '^-?0+([.,]0+)?$' AND s.credit !~ '^-?0+([.,]0+)?$'"
        "AND coalesce(of_debit.reason, '') = '' AND coalesce(of_credit.reason, '') = '')"
    ).format(
        spaces=sql.Literal(SPACES),
        missing=sql.Literal(_("belopp saknas")),
        both=sql.Literal(_("både debet och kredit har belopp")),
    )


def _row_errors(layout: Layout, queries: list[sql.Composable]) -> tuple[list[RowError], int]:
    """The first `LISTED` errors in the order of the file, and the number of all."""
    if not queries:
        return [], 0
    together = sql.SQL(
        "SELECT line, role, value, reason, count(*) OVER () FROM ({}) e (line, role, value, reason) "
        "ORDER BY line LIMIT {}"
    ).format(sql.SQL(" UNION ALL ").join(queries), sql.Literal(LISTED))
    with connection.cursor() as cursor:
        cursor.execute(together)
        rows = cursor.fetchall()
    errors = [RowError(line, layout.name_of(ColumnRole(role)), value, reason) for line, role, value, reason, _n in rows]
    return errors, rows[0][4] if rows else 0


def clean(layout: Layout, period: Period | None, findings: Findings) -> Reading:
    """Staged rows into `ledger_group`. Raises Refusal when any row is wrong, here or in the reading before."""
    reading, found, bad_amounts = _survey(layout, is_tight=findings.is_tight)
    queries = []
    if bad_amounts:
        queries += [_lookup_errors(role, reading.raw(role), "ledger_amount") for role in amount_roles(layout)]
    if len(amount_roles(layout)) == 2:
        queries.append(_debit_credit_errors())
    if _look_periods_up(period, layout):
        queries.append(_lookup_errors(ColumnRole.PERIOD, reading.period_text, "ledger_period"))
    if _look_dates_up(reading):
        queries.append(_lookup_errors(ColumnRole.DATE, reading.raw(ColumnRole.DATE), "ledger_date"))
    _make_groups()
    queries += [_code_errors(reading, role, bad) for role in CODE_ROLES if (bad := _bad_codes(role))]
    if found.is_long:
        queries += [_length_errors(reading, role) for role in LENGTHS if reading.has(role)]
    errors, count = _row_errors(layout, queries)
    if count or findings.error_count:
        together = sorted([*findings.errors, *errors], key=lambda error: error.line)
        raise Refusal(together, count=count + findings.error_count)
    return reading
