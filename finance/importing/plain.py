"""The fast way into the staging table: whole blocks of text, which the server takes apart.

For text without quotes, where a line is a row. The few lines that have another number of fields are looked at one by
one; rows whose account is no number (sum rows, repeated headers) are looked at afterwards. What is not plain enough
goes row by row through `records`, with the same result.
"""

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import psycopg
from django.db import connection, transaction
from psycopg import sql

from finance.choices import ColumnRole
from finance.importing import staging
from finance.importing.amounts import SPACES
from finance.importing.converted import convert
from finance.importing.layout import Layout, Record
from finance.importing.records import Findings, told_apart
from finance.importing.text import BLOCK

#: Stands in for a line that is no row, so that the lines below keep their numbers.
_HOLE = "\x02"
#: What stands for NULL in this COPY.
_NULL = "\x04"
#: Quotes, and what stands for something else than itself here.
_SPECIAL = ('"', _NULL, _HOLE)
#: What a cell is trimmed of, and what else the server passes over around a number.
_BLANKS = SPACES + "\v\f"
#: Characters in a line. More is no ledger.
LONGEST = 4 * BLOCK
#: So many rows are judged one by one.
MOST_ODD = 50_000


class NotPlain(Exception):  # noqa: N818  # an answer: take the other way
    """The file has quotes, several kinds of line ends, or bytes that its encoding lacks."""


@dataclass(frozen=True)
class Source:
    """A plain file: its codec, the bytes to pass over at its start, and whom to tell how many have been read."""

    path: Path
    codec: str
    bom: int
    told: Callable[[int], None]


def columns_of(layout: Layout) -> list[str]:
    """A name for each column of the file: its role, or its place when it has none."""
    roles = {place: role.value for role, place in layout.columns.items()}
    return [roles.get(place, f"x{place}") for place in range(len(layout.header))]


def copy_text(source: Source, layout: Layout, findings: Findings) -> None:
    """Stages the file. Raises NotPlain, and leaves nothing then."""
    lines = _Lines(layout, findings)
    names = columns_of(layout)
    try:
        with transaction.atomic():
            staging.create_staging(names, first_line=layout.lines + 1)
            # The server takes a block in the text format apart a fifth faster than one of CSV.
            with staging.copy_into(names, FORMAT="text", DELIMITER=layout.separator, NULL=_NULL) as copy:
                for block in lines.blocks(_texts(source)):
                    copy.write(block.replace("\\", "\\\\").encode())
            findings.is_tight = not lines.is_padded
            findings.rows = lines.line - layout.lines - 1 - _take_out_other_rows(names, layout, findings)
            if layout.has_conventions and not convert(names, layout):
                raise NotPlain
    except (psycopg.DataError, UnicodeError) as error:
        raise NotPlain from error
    for found in (findings.sums, findings.skipped, findings.errors):
        found.sort(key=attrgetter("line"))


def _texts(source: Source) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(source.codec)()
    with source.path.open("rb") as stream:
        stream.seek(source.bom)
        while block := stream.read(BLOCK):
            yield decoder.decode(block)
            source.told(stream.tell())
    yield decoder.decode(b"", final=True)


def _line_end(text: str) -> str:
    """The first one found decides; the server refuses a file that has another further down."""
    if "\n" in text:
        return "\r\n" if "\r\n" in text else "\n"
    return "\r" if "\r" in text[:-1] else ""  # The last one may be half of a CRLF.


class _Lines:
    """Text in blocks of whole lines below the header, each line of as many fields as the header has."""

    def __init__(self, layout: Layout, findings: Findings) -> None:
        self.layout, self.findings = layout, findings
        self.breaks = len(layout.header) - 1
        self.end = ""
        self.line = 1  # of the next block's first
        self.is_padded = False

    def blocks(self, texts: Iterable[str]) -> Iterator[str]:
        rest = ""
        for text in texts:
            block = rest + text
            self.end = self.end or _line_end(block)
            cut = block.rfind(self.end) + len(self.end) if self.end and self.end in block else 0
            block, rest = block[:cut], block[cut:]
            if len(rest) > LONGEST:
                raise NotPlain
            if block:
                yield self._whole(block)
        if rest:
            self.end = self.end or "\r"
            yield self._whole(rest.removesuffix(self.end) + self.end)

    def _whole(self, block: str) -> str:
        if any(mark in block for mark in _SPECIAL):
            raise NotPlain
        if self.line == 1:
            block = self._below_header(block)
        self.is_padded = self.is_padded or self._has_blank_edges(block)
        count = block.count(self.end[-1])
        if block.count(self.layout.separator) != self.breaks * count:
            block = self._mended(block)
        self.line += count
        return block

    def _has_blank_edges(self, block: str) -> bool:
        """Whether a cell may begin or end with a blank."""
        between = self.layout.separator
        blanks = [blank for blank in _BLANKS if blank in block and blank != between]
        return block[:1] in blanks or any(
            edge in block
            for blank in blanks
            for edge in (between + blank, blank + between, self.end + blank, blank + self.end)
        )

    def _below_header(self, block: str) -> str:
        at = 0
        for _line in range(self.layout.lines):
            at = block.find(self.end, at) + len(self.end)
            if at < len(self.end):
                raise NotPlain
        self.line = self.layout.lines + 1
        return block[at:]

    def _mended(self, block: str) -> str:
        """Lines of another number of fields are judged one by one: a row to book gets the right number, others go."""
        lines = block.split(self.end)[:-1]
        separator = self.layout.separator
        for index, text in enumerate(lines):
            if text.count(separator) != self.breaks:
                if "\r" in text or "\n" in text:  # Another line end: the lines are not those that were counted.
                    raise NotPlain
                cells = text.split(separator) if text else []
                fields = cells[: self.layout.width]
                if not _is_to_book(cells, self.line + index, self.layout, self.findings):
                    fields = [""] * self.layout.width
                    fields[self.layout.columns[ColumnRole.ACCOUNT]] = _HOLE
                fields += [""] * (self.breaks + 1 - len(fields))
                lines[index] = separator.join(fields)
        return self.end.join([*lines, ""])


def _is_to_book(cells: Sequence[str], line: int, layout: Layout, findings: Findings) -> bool:
    return any(True for _row in told_apart([Record(line, line, cells)], layout, findings))


def _take_out_other_rows(names: Sequence[str], layout: Layout, findings: Findings) -> int:
    """Judges the rows whose account is no number, and those with something beside the last named column. Returns how
    many rows went. Raises NotPlain when judging each is no longer the faster way."""
    beside = [sql.SQL("OR btrim({}) <> ''").format(sql.Identifier(name)) for name in names[layout.width :]]
    odd = sql.SQL("FROM ledger_staging WHERE NOT (account COLLATE \"C\" BETWEEN '0' AND ':') {}").format(
        sql.SQL(" ").join(beside)
    )
    account = names.index(ColumnRole.ACCOUNT)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT count(*) {}").format(odd)
        )  # Nearly always none, and shared out when it is a count.
        (count,) = cursor.fetchone()
        if not count:
            return 0
        if count > MOST_ODD:
            raise NotPlain
        cursor.execute(sql.SQL("SELECT line, {} {}").format(sql.SQL(", ").join(map(sql.Identifier, names)), odd))
        rows = cursor.fetchall()
        out = [
            line
            for line, *fields in sorted(rows)
            if fields[account] == _HOLE or not _is_to_book(fields, line, layout, findings)
        ]
        if out:
            cursor.execute("DELETE FROM ledger_staging WHERE line = ANY(%s)", [out])
    return len(out)
