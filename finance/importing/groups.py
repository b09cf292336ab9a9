"""One scan of the staged rows: what stands in them, added up by code combination and period."""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.amounts import SPACES
from finance.importing.layout import Layout

#: Longest text that a posting keeps.
LENGTHS = {
    ColumnRole.VOUCHER_SERIES: 40,
    ColumnRole.VOUCHER_NO: 60,
    ColumnRole.SUPPLIER_NO: 60,
    ColumnRole.SUPPLIER_NAME: 200,
    ColumnRole.TEXT: 500,
}
#: For scans of a million rows: hashes that stay in memory, nothing compiled, no loop within a loop.
TUNING = (
    "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off"
)
NO_TUNING = (
    "SET LOCAL work_mem TO DEFAULT; SET LOCAL jit TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT; "
    "SET LOCAL enable_sort TO DEFAULT"
)


def amount_roles(layout: Layout) -> list[ColumnRole]:
    """The columns that an amount is made of: one, or debit and credit."""
    return [role for role in (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT) if role in layout.columns]


def plain_amount(mark: str | None) -> str:
    """What SQL may cast by itself: digits, at most two decimals, a plain minus."""
    return rf"^-?[0-9]{{1,12}}([{mark}][0-9]{{1,2}})?$" if mark else r"^-?[0-9]{1,12}$"


@dataclass(frozen=True)
class Reading:
    """How staged text becomes values. With `looked_up`, amounts that SQL may not cast stand in `ledger_amount`.

    `is_tight`: no cell begins or ends with a blank.
    """

    layout: Layout
    mark: str | None
    looked_up: bool = False
    is_tight: bool = False

    def raw(self, role: ColumnRole) -> sql.Composable:
        """The text as it was written; empty when the file has no such column."""
        return sql.SQL("s.{}").format(sql.Identifier(role.value)) if self.has(role) else sql.SQL("''::text")

    def has(self, role: ColumnRole) -> bool:
        return role in self.layout.columns

    def trimmed(self, role: ColumnRole) -> sql.Composable:
        return trim(self.raw(role)) if self.has(role) and not self.is_tight else self.raw(role)

    @property
    def period_text(self) -> sql.Composable:
        """Year and month columns are read as one text."""
        if not self.has(ColumnRole.YEAR):
            return self.raw(ColumnRole.PERIOD)
        return sql.SQL(
            "CASE WHEN {period} <> '' OR {year} = '' THEN {period} ELSE {year} || '-' || {month} END"
        ).format(period=self.raw(ColumnRole.PERIOD), year=self.raw(ColumnRole.YEAR), month=self.raw(ColumnRole.MONTH))

    def _cast(self, role: ColumnRole) -> sql.Composable:
        return sql.SQL("replace({}, {}, '.')::numeric(14,2)").format(self.raw(role), sql.Literal(self.mark or ","))

    @property
    def amount(self) -> sql.Composable:
        """For rows that have been surveyed."""
        if not self.looked_up:
            return self._cast(amount_roles(self.layout)[0])
        return sql.SQL(" - ").join(
            sql.SQL("CASE WHEN {of}.raw IS NULL THEN {cast} ELSE {of}.value END").format(
                of=_lookup(role), cast=self._cast(role)
            )
            for role in amount_roles(self.layout)
        )

    @property
    def checked_ore(self) -> sql.Composable:
        """The amount in öre, a whole number. NULL where it is not known to be an amount.

        Two decimals after one mark, as nearly all are written, are told without a regular expression: it would cost
        as much as adding up. A misplaced minus makes the cast fail, and the statement with it.
        """
        if self.looked_up:
            return sql.SQL("(({}) * 100)::bigint").format(self.amount)
        return sql.SQL(_ORE).format(
            raw=self.raw(amount_roles(self.layout)[0]),
            cast=self._cast(amount_roles(self.layout)[0]),
            mark=sql.Literal(self.mark or ","),
            no_whole=sql.Literal(f"-{self.mark}__"),
            plain=sql.Literal(plain_amount(self.mark)),
            ends=sql.SQL("true" if self.is_tight else _ENDS_IN_DIGITS).format(
                raw=self.raw(amount_roles(self.layout)[0])
            ),
        )

    @property
    def joins(self) -> sql.Composable:
        """What `amount` needs beside `ledger_staging s`."""
        if not self.looked_up:
            return sql.SQL("")
        return sql.SQL(" ").join(
            sql.SQL("LEFT JOIN ledger_amount {of} ON {of}.raw = {raw}").format(of=_lookup(role), raw=self.raw(role))
            for role in amount_roles(self.layout)
        )


# One mark, two digits from the end: the cast asks for digits before, and passes over blanks around. Later servers'
# casts take _ and 0x as well, so that what has a _ or begins with 0 and another digit goes the slow way.
_ORE = """
    CASE WHEN octet_length({raw}) BETWEEN 4 AND 15 AND strpos({raw}, {mark}) = octet_length({raw}) - 2
              AND {raw} COLLATE "C" >= '-' AND {raw} COLLATE "C" < ':' AND {ends}
              AND strpos({raw}, '_') = 0 AND {raw} NOT LIKE {no_whole}
              AND (octet_length({raw}) = 4 OR {raw} NOT LIKE '0%') AND (octet_length({raw}) = 5 OR {raw} NOT LIKE '-0%')
         THEN replace({raw}, {mark}, '')::bigint
         WHEN {raw} ~ {plain} THEN ({cast} * 100)::bigint END
"""

_ENDS_IN_DIGITS = """
    right({raw}, 1) COLLATE "C" BETWEEN '0' AND '9' AND right({raw}, 2) COLLATE "C" BETWEEN '0' AND '99'
"""


def trim(text: sql.Composable) -> sql.Composable:
    return sql.SQL("btrim({}, {})").format(text, sql.Literal(SPACES))


def _lookup(role: ColumnRole) -> sql.Identifier:
    return sql.Identifier(f"of_{role.value}")


_SURVEY = """
    CREATE TEMP TABLE ledger_raw ON COMMIT DROP AS
    SELECT {codes}, raw_period, count(*)::integer AS rows, count(ore)::integer AS readable, sum(ore) * 0.01 AS amount,
           (count(*) FILTER (WHERE ore < 0))::integer AS negative, bool_or(is_long) AS is_long
    FROM (
        SELECT {raw_codes}, {period} AS raw_period, {ore} AS ore, {long} AS is_long
        FROM ledger_staging s {joins}
        OFFSET '0'  -- else each aggregate reads the amount anew; a plain 0 would keep other processes out
    ) s
    GROUP BY {codes}, raw_period
"""


@dataclass(frozen=True)
class Survey:
    """`unread`: rows whose amount is not known to be one. `is_long`: some text may be longer than a posting keeps."""

    unread: int
    is_long: bool


def take(reading: Reading) -> Survey:
    """Makes `ledger_raw`: rows, sum and negative rows for each combination of codes and period as they are written.

    Raises DataError for an amount that is not one though it looked so, unless amounts are looked up.
    """
    kept = [role for role in LENGTHS if reading.has(role)]
    # In bytes: what is short in bytes is short in characters.
    long = [sql.SQL("octet_length({}) > {}").format(reading.raw(role), sql.Literal(LENGTHS[role])) for role in kept]
    names = {role: sql.Identifier(f"raw_{role.value}") for role in CODE_ROLES}
    query = sql.SQL(_SURVEY).format(
        codes=sql.SQL(", ").join(names.values()),
        raw_codes=sql.SQL(", ").join(sql.SQL("{} AS {}").format(reading.raw(r), name) for r, name in names.items()),
        period=reading.period_text,
        ore=reading.checked_ore,
        long=sql.SQL(" OR ").join(long) if long else sql.SQL("false"),
        joins=reading.joins,
    )
    with connection.cursor() as cursor:
        cursor.execute(TUNING)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_raw")
        cursor.execute(query)
        cursor.execute(NO_TUNING)
        cursor.execute("SELECT coalesce(sum(rows - readable), 0), coalesce(bool_or(is_long), false) FROM ledger_raw")
        unread, is_long = cursor.fetchone()
    return Survey(int(unread), is_long)
