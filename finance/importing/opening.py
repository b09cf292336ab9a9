"""Any ledger file, opened: what it is, how it is laid out, and its rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from finance.choices import FileFormat, ReadingAspect, TextEncoding
from finance.importing.archive import check_sizes, extracted, members
from finance.importing.columns import Names
from finance.importing.kinds import Kind, kind_of
from finance.importing.layout import Head, Layout, Record
from finance.importing.problems import RowError, refuse
from finance.importing.profiles import fitting_dimensions
from finance.importing.reading import Reading, read_given, read_table
from finance.importing.records import Findings, told_apart
from finance.importing.sandboxed import SheetTable, SieTable, digest
from finance.importing.survey import survey
from finance.importing.tables import Table, TextTable
from finance.importing.understanding import Finding, ReadingChoices, Understanding
from finance.models import HeaderName, ImportProfile
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
    def plain(self) -> tuple[str, int] | None:
        """(Python's codec, bytes to pass over at the file's start) when the text's own fields are what `rows` gives,
        so that the lines after `layout.lines` may be staged as they are. None otherwise."""
        if not isinstance(self._table, TextTable) or (self.layout.has_conventions and not self.layout.file_mark):
            return None
        return self._table.seen.codec, self._table.seen.bom

    def rows(self, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        """(line, value of each of the layout's columns) of every row to book. Raises Refusal."""
        return self._table.rows(self.layout, findings)

    def records(self, findings: Findings) -> Iterator[tuple[int, Sequence[str]]]:
        """(line, cells as they stand in the file) of every row to book. None of a SIE file. Raises Refusal."""
        layout = self.layout
        return told_apart(self._table.records(layout.separator, layout.lines), layout, findings)

    def everything(self) -> Iterator[Record]:
        """Every record of the table, from its first line."""
        return self._table.records(self.layout.separator, 0)

    def table_rows(self) -> Iterator[Record]:
        """`everything`, also of a file whose columns are not enough to book it without what was given then."""
        separator = (
            self._layout.separator if self._layout else next(iter(self._table.heads("")), Head("", ())).separator
        )
        return self._table.records(separator, 0)

    def below_header(self) -> Iterator[Record]:
        """Every record under the header, sum rows and blank ones too."""
        return self._table.records(self.layout.separator, self.layout.lines)

    def bad_cells(self) -> list[RowError]:
        """Cells of the booked columns that have no value to read: a workbook's formulas and errors."""
        return self._table.bad_cells(self.layout.header, self.layout.columns.values(), self.layout.lines)

    def refuse_bad(self) -> None:
        """Raises Refusal, with every error known, for what is wrong beside the rows: cells, vouchers."""
        self._table.refuse_bad(self.layout.header, self.layout.columns.values(), self.layout.lines)

    @property
    def mark(self) -> str:
        """The decimal mark of the cells that `records` gives; empty when the whole column has to prove it."""
        return self.layout.file_mark or ("" if isinstance(self._table, TextTable) else self._table.mark)

    def adopt(self, stack: ExitStack) -> None:
        """What is to be closed with this."""
        self._stack = stack

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
    """Opens a ledger file, by the header names that the register has now. Without `profile`, one whose header names
    equal the file's is used.

    `choices` go before what the profile and the file say; `period` stands in for a period column.
    Raises Refusal when the file is nothing that can be read; what a choice can mend is the understanding's `problem`.
    """
    with ExitStack() as stack:
        path, choices = Path(path), choices or ReadingChoices()
        kind, names, chosen = kind_of(path), members(path), ""
        if kind is Kind.ZIP:
            if choices.member not in names and len(names) != 1:
                return Opened(path, _NoTable(path), Reading(_which_member(names, choices.member), None), ExitStack())
            chosen = choices.member or names[0]
            path = stack.enter_context(extracted(path, chosen))
            kind = kind_of(path)
        opened = _OPENERS[kind](path, choices, HeaderName.objects.roles(), profile, period, stack)
        if names:
            opened.understanding = _with_member(opened.understanding, names, chosen)
        opened.adopt(stack.pop_all())
        return opened


class _NoTable(Table):
    """A zip whose file is yet to be chosen."""

    format = FileFormat.CSV

    def __init__(self, path: Path) -> None:
        self.size, self.sha256 = digest(path)

    def heads(self, separator: str) -> Sequence[Head]:
        return ()

    def records(self, separator: str, after: int) -> Iterator[Record]:
        return iter(())

    def findings(self) -> Iterator[Finding]:
        return iter(())


@contextmanager
def open_cells(path: Path) -> Iterator[Table]:
    """Text with columns, or a workbook's only sheet, as a table whose columns mean nothing yet. Raises Refusal."""
    kind = kind_of(path)
    with ExitStack() as stack:
        if kind is Kind.TEXT:
            yield TextTable(path, survey(path, "", TextEncoding.WINDOWS_1252.value))
            return
        if kind not in (Kind.XLSX, Kind.ODS):
            raise refuse(_("Spara filen som CSV eller Excel och försök igen."))
        check_sizes(path)
        yield SheetTable(path, FileFormat(kind.value), "", stack)


def _which_member(names: list[str], chosen: str) -> Understanding:
    if chosen:
        message = _("Zip-filen har ingen fil som heter %(name)s.") % {"name": chosen[:80]}
    elif names:
        message = _("Zip-filen har %(count)s filer. Välj en; var och en bokförs för sig: %(names)s.")
        message %= {"count": len(names), "names": ", ".join(name[:80] for name in names[:10])}
    else:
        message = _("Zip-filen är tom.")
    finding = Finding(ReadingAspect.MEMBER, "", message, tuple((name, name) for name in names), is_certain=False)
    return Understanding(FileFormat.CSV, (finding,), members=tuple(names), problem=refuse(message))


def _with_member(understood: Understanding, names: list[str], chosen: str) -> Understanding:
    evidence = _("Zip-filen har %(count)s filer.") % {"count": len(names)}
    finding = Finding(ReadingAspect.MEMBER, chosen, evidence, tuple((name, name) for name in names))
    return replace(understood, findings=(finding, *understood.findings), members=tuple(names))


def _text(
    path: Path,
    choices: ReadingChoices,
    names: Names,
    profile: ImportProfile | None,
    period: Period | None,
    stack: ExitStack,
) -> Opened:
    usual = profile.encoding if profile else ""
    table = TextTable(path, survey(path, choices.encoding, usual))
    reading = read_table(table, choices, names=names, profile=profile, period=period)
    fitting = reading.understanding.profile
    if not table.seen.is_certain and fitting and fitting.encoding and not profile:
        return _text(path, choices, names, fitting, period, stack)
    return Opened(path, table, reading, stack)


def _sheet(
    kind: FileFormat,
    path: Path,
    choices: ReadingChoices,
    names: Names,
    profile: ImportProfile | None,
    period: Period | None,
    stack: ExitStack,
) -> Opened:
    check_sizes(path)
    wanted = choices.sheet or (profile.sheet if profile else "")
    table = SheetTable(path, kind, wanted, stack)
    if not table.sheet:
        understood = Understanding(kind, tuple(table.findings()), problem=table.problem)
        return Opened(path, table, Reading(understood, None), stack)
    return Opened(path, table, read_table(table, choices, names=names, profile=profile, period=period), stack)


def _sie(
    path: Path,
    choices: ReadingChoices,
    names: Names,
    profile: ImportProfile | None,
    period: Period | None,
    stack: ExitStack,
) -> Opened:
    """The standard says CP437: it decides where the bytes leave doubt."""
    usual = (profile.encoding if profile else "") or TextEncoding.CP437.value
    said = choices.over(ReadingChoices.from_profile(profile))
    table = SieTable(path, survey(path, choices.encoding, usual), said.dimensions, names, stack)
    if profile is None:
        known = ImportProfile.objects.select_related("source").filter(columns={}).order_by("pk")
        fitting = fitting_dimensions((dimension.number for dimension in table.dimensions()), known)
        if fitting:
            return _sie(path, choices, names, fitting, period, stack)
    return Opened(path, table, read_given(table, table.layout(profile)), stack)


_OPENERS: dict[Kind, Callable[..., Opened]] = {
    Kind.TEXT: _text,
    Kind.SIE: _sie,
    Kind.XLSX: partial(_sheet, FileFormat.XLSX),
    Kind.ODS: partial(_sheet, FileFormat.ODS),
}
