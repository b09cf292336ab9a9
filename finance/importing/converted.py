"""Amounts that mean something else than what is written, put into kronor and the ledger's sign by the server.

Only what is plainly written: one odd amount sends the whole file through `conventions`, which says what is wrong.
"""

from collections.abc import Sequence

from django.db import DataError, connection, transaction
from psycopg import sql

from finance.choices import DebitCredit
from finance.importing.amounts import SPACES
from finance.importing.conventions import AMOUNTS, SIDES
from finance.importing.layout import Layout
from finance.importing.staging import shared_table, show

#: Text → text as `conventions.written` writes it; NULL for what is not plainly written or too large.
_CONVERTED = """
    CASE WHEN {bare} ~ {plain} AND abs(replace({bare}, {mark}, '.')::numeric * {factor}) < 1e12
         THEN (replace({bare}, {mark}, '.')::numeric * {factor} * {side})::numeric(14,2)::text END
"""
_OR_EMPTY = "CASE WHEN btrim({raw}, {spaces}) = '' THEN {raw} ELSE {converted} END"
_SIDE = "CASE WHEN {text} = ANY({debit}) THEN 1 WHEN {text} = ANY({credit}) THEN -1 END"


def convert(names: Sequence[str], layout: Layout) -> bool:
    """From now on the staged amounts read as kronor. False, and nothing changed, when one of them can't be told so."""
    amounts = {role.value: _amount(role.value, names, layout) for role in AMOUNTS if role in layout.columns}
    unread = sql.SQL(" OR ").join(sql.SQL("({}) IS NULL").format(amount) for amount in amounts.values())
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(shared_table("ledger_staging"), unread)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query)
            (count,) = cursor.fetchone()
    except DataError:
        return False
    if not count:
        show("ledger_staging", {name: amounts.get(name, sql.Identifier(name)) for name in ("line", *names)})
    return not count


def _amount(name: str, names: Sequence[str], layout: Layout) -> sql.Composable:
    raw: sql.Composable = sql.Identifier(name)
    bare = raw
    side: sql.Composable = sql.SQL("1")
    if layout.debit_credit == DebitCredit.SUFFIX:
        trimmed = _trimmed(raw)
        bare = _trimmed(sql.SQL("left({}, -1)").format(trimmed))
        side = _side(sql.SQL("lower(right({}, 1))").format(trimmed), ("d",), ("k",))
    elif layout.debit_credit == DebitCredit.COLUMN:
        column = _trimmed(sql.Identifier(names[layout.debit_credit_place or 0]))
        side = _side(
            sql.SQL("lower(rtrim({}, '.'))").format(column),
            [word for word, sign in SIDES.items() if sign > 0],
            [word for word, sign in SIDES.items() if sign < 0],
        )
    converted = sql.SQL(_CONVERTED).format(
        bare=bare,
        plain=sql.Literal(_plain(layout)),
        mark=sql.Literal(layout.file_mark),
        factor=sql.Literal(-layout.scale if layout.is_flipped else layout.scale),
        side=side,
    )
    if name == "amount":
        return converted
    return sql.SQL(_OR_EMPTY).format(raw=raw, spaces=sql.Literal(SPACES), converted=converted)


def _plain(layout: Layout) -> str:
    """Digits, and no more decimals than make whole öre."""
    decimals = 2 + layout.scale.adjusted()
    return rf"^-?[0-9]{{1,12}}([{layout.file_mark}][0-9]{{1,{decimals}}})?$" if decimals else r"^-?[0-9]{1,12}$"


def _trimmed(text: sql.Composable) -> sql.Composable:
    return sql.SQL("btrim({}, {})").format(text, sql.Literal(SPACES))


def _side(text: sql.Composable, debit: Sequence[str], credit: Sequence[str]) -> sql.Composable:
    return sql.SQL(_SIDE).format(text=text, debit=sql.Literal(list(debit)), credit=sql.Literal(list(credit)))
