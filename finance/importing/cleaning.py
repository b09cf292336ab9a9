"""Staged text becomes amounts, periods, dates and codes. SQL reads what is plainly written; the grammars in
`amounts` and `dates` read each other spelling once."""

from collections.abc import Callable, Iterable, Iterator

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.amounts import SPACES, find_mark, parse_amount
from finance.importing.dates import parse_date, parse_period
from finance.importing.layout import Layout
from finance.importing.problems import LISTED, Refusal, RowError, ValueProblem
from finance.importing.staging import copy_lookup
from vp_portal.core.periods import Period

#: Longest text that a posting keeps.
_LENGTHS = {
    ColumnRole.VOUCHER_SERIES: 40,
    ColumnRole.VOUCHER_NO: 60,
    ColumnRole.SUPPLIER_NO: 60,
    ColumnRole.SUPPLIER_NAME: 200,
    ColumnRole.TEXT: 500,
}
_CODE_LENGTH = 40
#: As `validate_code` says it, for PostgreSQL.
_CODE = r"^[^\s/?#&%;\\]+$"
_TRIMMED = (*CODE_ROLES, *_LENGTHS)
#: Year and month columns are read as one text.
_PERIOD_TEXT = sql.SQL("CASE WHEN s.period <> '' OR s.year = '' THEN s.period ELSE s.year || '-' || s.month END")


def amount_roles(layout: Layout) -> list[ColumnRole]:
    """The columns that an amount is made of: one, or debit and credit."""
    return [role for role in (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT) if role in layout.columns]


def _column(query: sql.Composable) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for (value,) in cursor:
            yield value


def decimal_mark(layout: Layout) -> str | None:
    """The layout's decimal mark, else the one that the whole amount column proves."""
    if layout.decimal_mark:
        return layout.decimal_mark
    query = sql.SQL("SELECT DISTINCT regexp_replace({}, '[0-9]', '9', 'g') FROM ledger_staging")
    shapes = [shape for role in amount_roles(layout) for shape in _column(query.format(sql.Identifier(role.value)))]
    return find_mark(shapes)


def _read(values: Iterable[str], parse: Callable[[str], object]) -> Iterator[tuple[str, object, str]]:
    for raw in values:
        try:
            yield raw, parse(raw), ""
        except ValueProblem as problem:
            yield raw, None, str(problem)


def _plain_amount(mark: str | None) -> str:
    """What SQL may cast by itself: digits, at most two decimals, a plain minus."""
    return rf"^-?[0-9]{{1,12}}([{mark}][0-9]{{1,2}})?$" if mark else r"^-?[0-9]{1,12}$"


def read_amounts(layout: Layout, mark: str | None) -> None:
    """Every spelling of an amount that SQL may not cast by itself → its value."""
    roles = amount_roles(layout)
    each = sql.SQL("SELECT DISTINCT {role} AS raw FROM ledger_staging WHERE {role} !~ {plain}")
    odd = sql.SQL(" UNION ").join(
        each.format(role=sql.Identifier(role.value), plain=sql.Literal(_plain_amount(mark))) for role in roles
    )
    empty_is_nothing = len(roles) == 2

    def parse(raw: str) -> object:
        return 0 if empty_is_nothing and not raw.strip(SPACES) else parse_amount(raw, mark)

    copy_lookup("ledger_amount", "numeric(14,2)", _read(list(_column(odd)), parse))


def read_periods_and_dates(period: Period | None, layout: Layout) -> None:
    """Every spelling of a period and a date → its value. A given period must be the file's own, if it has one."""
    has_column = ColumnRole.PERIOD in layout.columns or ColumnRole.YEAR in layout.columns

    def parse(raw: str) -> int:
        if period and not has_column:
            return int(period)
        found = parse_period(raw)
        if period and found != period:
            raise ValueProblem(_("perioden är inte den angivna, %(period)s") % {"period": period})
        return int(found)

    periods = _column(sql.SQL("SELECT DISTINCT {} FROM ledger_staging s").format(_PERIOD_TEXT))
    copy_lookup("ledger_period", "integer", _read(list(periods), parse))
    dates = _column(sql.SQL('SELECT DISTINCT "date" FROM ledger_staging'))
    copy_lookup("ledger_date", "date", _read(list(dates), parse_date))


_CLEAN = """
    CREATE TEMP TABLE ledger_clean ON COMMIT DROP AS
    SELECT s.line, {amount} AS amount, p.value AS period, d.value AS posted_on,
           s.account_name, s.cost_centre_name, s.project_name, s.activity_name, s.funder_name, s.counterparty_name,
           {texts}
    FROM ledger_staging s
    JOIN ledger_period p ON p.raw = {period_text}
    JOIN ledger_date d ON d.raw = s."date"
    {amount_joins}
"""
_COMBINATIONS = """
    CREATE TEMP TABLE ledger_combination ON COMMIT DROP AS
    SELECT DISTINCT account, cost_centre, project, activity, funder, counterparty FROM ledger_clean
"""


def _value(role: ColumnRole, mark: str | None) -> sql.Composable:
    """An amount column's value: from the lookup when it is there, else cast."""
    return sql.SQL(
        "(CASE WHEN {of}.raw IS NULL THEN replace(s.{role}, {mark}, '.')::numeric(14,2) ELSE {of}.value END)"
    ).format(of=sql.Identifier(f"of_{role.value}"), role=sql.Identifier(role.value), mark=sql.Literal(mark or ","))


def make_clean(layout: Layout, mark: str | None) -> None:
    """The staged rows as values. A value that could not be read is NULL; `refuse_errors` says why."""
    roles = amount_roles(layout)
    joins = sql.SQL(" ").join(
        sql.SQL("LEFT JOIN ledger_amount {of} ON {of}.raw = s.{role}").format(
            of=sql.Identifier(f"of_{role.value}"), role=sql.Identifier(role.value)
        )
        for role in roles
    )
    trimmed = sql.SQL(", ").join(
        sql.SQL("btrim(s.{role}, {spaces}) AS {role}").format(
            role=sql.Identifier(role.value), spaces=sql.Literal(SPACES)
        )
        for role in _TRIMMED
    )
    amount = sql.SQL(" - ").join(_value(role, mark) for role in roles)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(_CLEAN).format(amount=amount, texts=trimmed, period_text=_PERIOD_TEXT, amount_joins=joins)
        )
        cursor.execute("ANALYZE ledger_clean")
        cursor.execute(_COMBINATIONS)
        cursor.execute("ANALYZE ledger_combination")


def _lookup_errors(role: ColumnRole, raw: sql.Composable, table: str) -> sql.Composable:
    return sql.SQL(
        "SELECT s.line, {role} AS role, {raw} AS value, l.reason FROM ledger_staging s "
        "JOIN {table} l ON l.raw = {raw} WHERE l.reason <> ''"
    ).format(role=sql.Literal(role.value), raw=raw, table=sql.Identifier(table))


def _code_errors(role: ColumnRole) -> sql.Composable:
    reason = _("får inte innehålla blanktecken eller något av / ? # & %% ; \\ och högst vara 40 tecken") % ()
    return sql.SQL(
        "SELECT c.line, {name}, c.{role}, CASE WHEN c.{role} = '' THEN {missing} ELSE {reason} END FROM ledger_clean c "
        "JOIN (SELECT DISTINCT {role} AS code FROM ledger_combination"
        " WHERE ({required} AND {role} = '') OR ({role} <> '' AND ({role} !~ {form} OR length({role}) > {longest}))"
        ") bad ON bad.code = c.{role}"
    ).format(
        name=sql.Literal(role.value),
        role=sql.Identifier(role.value),
        required=sql.Literal(role is ColumnRole.ACCOUNT),
        form=sql.Literal(_CODE),
        longest=sql.Literal(_CODE_LENGTH),
        missing=sql.Literal(_("konto saknas")),
        reason=sql.Literal(reason),
    )


def _length_errors(role: ColumnRole, longest: int) -> sql.Composable:
    return sql.SQL(
        "SELECT line, {name}, left({role}, 80), {reason} FROM ledger_clean WHERE length({role}) > {longest}"
    ).format(
        name=sql.Literal(role.value),
        role=sql.Identifier(role.value),
        longest=sql.Literal(longest),
        reason=sql.Literal(_("högst %(longest)s tecken") % {"longest": longest}),
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


def row_errors(layout: Layout) -> tuple[list[RowError], int]:
    """The first `LISTED` errors in the order of the file, and the number of all."""
    roles = amount_roles(layout)
    queries = [
        _lookup_errors(role, sql.SQL("s.{}").format(sql.Identifier(role.value)), "ledger_amount") for role in roles
    ]
    queries.append(_lookup_errors(ColumnRole.PERIOD, _PERIOD_TEXT, "ledger_period"))
    queries.append(_lookup_errors(ColumnRole.DATE, sql.SQL('s."date"'), "ledger_date"))
    queries += [_code_errors(role) for role in CODE_ROLES]
    queries += [_length_errors(role, longest) for role, longest in _LENGTHS.items() if role in layout.columns]
    if len(roles) == 2:
        queries.append(_debit_credit_errors())
    together = sql.SQL("SELECT line, role, value, reason, count(*) OVER () FROM ({}) e ORDER BY line LIMIT {}").format(
        sql.SQL(" UNION ALL ").join(queries), sql.Literal(LISTED)
    )
    with connection.cursor() as cursor:
        cursor.execute(together)
        rows = cursor.fetchall()
    errors = [RowError(line, layout.name_of(ColumnRole(role)), value, reason) for line, role, value, reason, _n in rows]
    return errors, rows[0][4] if rows else 0


def clean(layout: Layout, period: Period | None) -> str | None:
    """Staged rows into `ledger_clean`. Returns the decimal mark. Raises Refusal when any row is wrong."""
    mark = decimal_mark(layout)
    read_amounts(layout, mark)
    read_periods_and_dates(period, layout)
    make_clean(layout, mark)
    errors, count = row_errors(layout)
    if errors:
        raise Refusal(errors, count=count)
    return mark
