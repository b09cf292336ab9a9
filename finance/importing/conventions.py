"""What a file's amounts mean beside what is written: öre or thousands, turned signs, D and K."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from finance.choices import ColumnRole, DebitCredit
from finance.importing.amounts import SPACES, find_mark, parse_amount
from finance.importing.layout import Layout, Record
from finance.importing.problems import ValueProblem

#: The mark that amounts are written with once they are read.
MARK = "."
_SUFFIX = re.compile(rf"(.*?)[{SPACES}]*([DK])\Z", re.IGNORECASE | re.DOTALL)
SIDES = {"d": 1, "debet": 1, "debit": 1, "k": -1, "kredit": -1, "c": -1, "credit": -1}
AMOUNTS = (ColumnRole.AMOUNT, ColumnRole.DEBIT, ColumnRole.CREDIT)


def amount_places(layout: Layout) -> list[int]:
    return [layout.columns[role] for role in AMOUNTS if role in layout.columns]


def column_mark(records: Iterable[Record], layout: Layout) -> str | None:
    """The decimal mark that the whole amount column proves; None when it leaves doubt."""
    places, shapes = amount_places(layout), set()
    digits = re.compile(r"[0-9]")
    for record in records:
        for place in places:
            if place < len(record.cells):
                shapes.add(digits.sub("9", _bare(record.cells[place], layout)))
    return find_mark(shape for shape in shapes if "9" in shape)


def _bare(raw: str, layout: Layout) -> str:
    match = _SUFFIX.match(raw) if layout.debit_credit == DebitCredit.SUFFIX else None
    return match[1] if match else raw


def _side(raw: str) -> int:
    side = SIDES.get(raw.strip(SPACES).rstrip(".").lower())
    if side is None:
        raise ValueProblem(_("varken D eller K"))
    return side


def amount_reader(layout: Layout, *, is_sum: bool = False) -> Callable[[str, Sequence[str]], Decimal]:
    """Reads an amount's text, with its record, as kronor in the ledger's sign. Raises ValueProblem.

    A sum row needs no D or K: its sign may be written.
    """
    turn = -1 if layout.is_flipped else 1
    mark, scale, place = layout.file_mark, layout.scale, layout.debit_credit_place

    def plainly(raw: str, _record: Sequence[str]) -> Decimal:
        return turn * parse_amount(raw, mark, scale)

    def by_suffix(raw: str, record: Sequence[str]) -> Decimal:
        match = _SUFFIX.match(raw.strip(SPACES))
        if match and match[1]:
            return _side(match[2]) * plainly(match[1], record)
        if is_sum:
            return plainly(raw, record)
        raise ValueProblem(_("varken D eller K"))

    def by_column(raw: str, record: Sequence[str]) -> Decimal:
        mark_of = record[place or 0]
        return (1 if is_sum and not mark_of.strip() else _side(mark_of)) * plainly(raw, record)

    return {DebitCredit.SUFFIX: by_suffix, DebitCredit.COLUMN: by_column}.get(layout.debit_credit, plainly)


def written(amount: Decimal) -> str:
    """An amount as the staging reads it without a doubt."""
    return f"{amount + 0:f}"
