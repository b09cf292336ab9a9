"""Containers of one table: text with columns, a workbook's sheet. Each gives records and tells of itself."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from finance.choices import FileFormat, ReadingAspect
from finance.importing import delimited, encodings
from finance.importing.layout import Head, Layout, Record
from finance.importing.problems import Refusal, RowError, refuse
from finance.importing.records import Findings, rows_to_book
from finance.importing.survey import Survey
from finance.importing.text import lines_of
from finance.importing.understanding import Dimension, Finding


class Table(ABC):
    """One table of a file. `problem` keeps its rows from being read until somebody has chosen."""

    format: FileFormat
    encoding: str = ""
    size: int
    sha256: str
    problem: Refusal | None = None
    #: The decimal mark that number cells are written with.
    mark: str = ","

    @abstractmethod
    def heads(self, separator: str) -> Sequence[Head]:
        """The sample, as each separator would divide it."""

    @abstractmethod
    def records(self, separator: str, after: int) -> Iterator[Record]:
        """The records below line `after`. Raises Refusal."""

    def rows(self, layout: Layout, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        """(line, value of each of the layout's columns) of every row to book. Raises Refusal."""
        return rows_to_book(self.records(layout.separator, layout.lines), layout, findings)

    def refuse_bad(self, header: Sequence[str], places: Collection[int], after: int) -> None:
        """Raises Refusal when a cell in one of the columns, below line `after`, has no value to read."""
        return

    def bad_cells(self, header: Sequence[str], places: Collection[int], after: int) -> list[RowError]:
        """The cells that `refuse_bad` refuses, by line and column."""
        return []

    @abstractmethod
    def findings(self) -> Iterator[Finding]:
        """What the container itself tells."""

    def dimensions(self) -> tuple[Dimension, ...]:
        """Those of a SIE file that can be chosen for a part of the code string."""
        return ()

    def warnings(self) -> Iterator[str]:
        """What does not keep the file from being booked."""
        yield from ()

    def extent(self) -> str:
        """How big the table is, in words."""
        return ""

    def proven_mark(self, places: Sequence[int], after: int) -> str | None:
        """The decimal mark of the columns at `places` below line `after`, if the container can tell."""
        return None


_LINE_ENDS = {"crlf": "CRLF", "lf": "LF", "cr": "CR"}


class TextTable(Table):
    format = FileFormat.CSV

    def __init__(self, path: Path, seen: Survey) -> None:
        self.path, self.seen = path, seen
        self.size, self.sha256, self.encoding = seen.size, seen.sha256, seen.encoding
        if seen.nul_line:
            message = _("Filen är inte ren text: den innehåller NUL-tecken. Spara den som CSV (UTF-8).")
            raise refuse(message, line=seen.nul_line)
        if not seen.is_certain:
            message = _("Teckenkodningen går inte att avgöra: %(evidence)s Välj den för hand eller i en profil.")
            self.problem = refuse(message % {"evidence": seen.evidence})

    def heads(self, separator: str) -> Sequence[Head]:
        lines = list(itertools.islice(lines_of(self.path, self.seen.codec, self.seen.bom), delimited.SAMPLE))
        return delimited.heads(lines, separator)

    def records(self, separator: str, after: int) -> Iterator[Record]:
        return delimited.records(self.path, self.seen.codec, self.seen.bom, separator, after)

    def extent(self) -> str:
        return _("%(lines)s rader, %(size)s byte") % {"lines": self.seen.lines, "size": self.size}

    def findings(self) -> Iterator[Finding]:
        seen = self.seen
        yield Finding(
            ReadingAspect.ENCODING, seen.codec, seen.evidence, encodings.alternatives(), is_certain=seen.is_certain
        )
        counts = {name: getattr(seen, name) for name in _LINE_ENDS if getattr(seen, name)}
        evidence = ", ".join(f"{_LINE_ENDS[name]} {count}" for name, count in counts.items()) or _("en enda rad")
        value = next(iter(counts), "") if len(counts) < 2 else "mixed"
        label = _LINE_ENDS.get(value, _("blandade") if value else _("inga"))
        yield Finding(ReadingAspect.LINE_ENDS, value, evidence, ((value, label),))

    def warnings(self) -> Iterator[str]:
        if self.seen.strange and self.seen.codec == "utf-8":
            yield _("%(count)s tecken hade gått förlorade redan när filen skrevs (�).") % {"count": self.seen.strange}
        elif self.seen.strange:
            yield _("%(count)s tecken ser ut att vara i en annan teckenkodning.") % {"count": self.seen.strange}
