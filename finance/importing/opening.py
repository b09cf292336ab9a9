"""Any ledger file, opened: what it is, how it is laid out, and its rows."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from finance.choices import FileFormat
from finance.importing.kinds import kind_of
from finance.importing.layout import Layout
from finance.importing.problems import refuse
from finance.importing.reading import Reading, read_table
from finance.importing.records import Findings, rows_to_book
from finance.importing.survey import survey
from finance.importing.tables import Table, TextTable
from finance.importing.understanding import ReadingChoices, Understanding
from finance.models import ImportProfile
from vp_portal.core.periods import Period


class Opened:
    """A file that is open for reading. Use it in a `with`.

    `path` holds the ledger file's own bytes: for a zip's member a temporary file, gone when this is closed.
    """

    def __init__(self, path: Path, table: Table, reading: Reading, stack: ExitStack) -> None:
        self.path = path
        self.understanding: Understanding = reading.understanding
        self._table, self._layout, self._stack = table, reading.layout, stack

    @property
    def layout(self) -> Layout:
        """Raises Refusal when the file can't be read without a choice."""
        if self._layout is None:
            raise self.understanding.problem or refuse(_("Filen går inte att läsa."))
        return self._layout

    @property
    def format(self) -> FileFormat:
        return self._table.format

    @property
    def encoding(self) -> str:
        """What people call it; empty for a workbook."""
        return self._table.encoding

    @property
    def size(self) -> int:
        return self._table.size

    @property
    def sha256(self) -> str:
        return self._table.sha256

    @property
    def plain_codec(self) -> str | None:
        """Python's codec when the text's own fields are what `rows` gives, so that they may be staged as they are:
        from line `layout.lines + 1` on, after `bom` bytes at the start of the file."""
        table = self._table
        return table.seen.codec if isinstance(table, TextTable) and not self.layout.has_conventions else None

    @property
    def bom(self) -> int:
        return self._table.seen.bom if isinstance(self._table, TextTable) else 0

    def rows(self, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        """(line, value of each of the layout's columns) of every row to book. Raises Refusal."""
        layout = self.layout
        return rows_to_book(self._table.records(layout.separator, layout.lines), layout, findings)

    def close(self) -> None:
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_ledger(
    path: Path | str,
    choices: ReadingChoices | None = None,
    *,
    profile: ImportProfile | None = None,
    period: Period | None = None,
) -> Opened:
    """Opens a ledger file. Without `profile`, one whose header names equal the file's is used.

    `choices` go before what the profile and the file say; `period` stands in for a period column.
    Raises Refusal when the file is nothing that can be read; what a choice can mend is the understanding's `problem`.
    """
    with ExitStack() as stack:
        path, choices = Path(path), choices or ReadingChoices()
        kind_of(path)
        opened = _text(path, choices, profile, period, stack)
        opened._stack = stack.pop_all()
        return opened


def _text(
    path: Path, choices: ReadingChoices, profile: ImportProfile | None, period: Period | None, stack: ExitStack
) -> Opened:
    usual = profile.encoding if profile else ""
    table = TextTable(path, survey(path, choices.encoding, usual))
    reading = read_table(table, choices, profile=profile, period=period)
    fitting = reading.understanding.profile
    if not table.seen.is_certain and fitting and fitting.encoding and not profile:
        return _text(path, choices, fitting, period, stack)
    return Opened(path, table, reading, stack)
