"""Workbooks and SIE files as tables: parsed in a process of their own, read here as it tells."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from finance.choices import ColumnRole, FileFormat, ReadingAspect
from finance.importing import encodings
from finance.importing.amounts import find_mark
from finance.importing.columns import Names
from finance.importing.delimited import SAMPLE
from finance.importing.layout import Head, Layout, Record
from finance.importing.problems import Refusal, RowError, refuse
from finance.importing.records import Findings, rows_to_book
from finance.importing.sandbox import Number, Sandbox
from finance.importing.sie_columns import COLUMNS, NOT_READ, names_of_objects, roles_of
from finance.importing.survey import Survey
from finance.importing.tables import Table
from finance.importing.understanding import Dimension, Finding
from finance.models import ImportProfile


def digest(path: Path) -> tuple[int, str]:
    """Size and SHA-256."""
    with path.open("rb") as stream:
        return path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


class SheetTable(Table):
    """A sheet of a workbook. Rows come from one pass; asked for again, from a new one.

    Without `sheet` nobody has said which: then there are only findings and a `problem`.
    """

    def __init__(self, path: Path, kind: FileFormat, wanted: str, stack: ExitStack) -> None:
        self.path, self.format, self._wanted, self._stack = path, kind, wanted, stack
        self.size, self.sha256 = digest(path)
        messages = self._start()
        _kind, (facts,) = next(messages)
        self._sheets: list[dict[str, Any]] = facts["sheets"]
        self.sheet: str = facts["sheet"]
        if not self.sheet:
            self.problem = refuse(self._no_sheet())
            return
        self._bad: list[list[str]] = []
        for said, (content,) in messages:
            if said == "bad_count":
                self._bad_count = int(content)
                break
            self._bad += content
        _kind, (shapes,) = next(messages)
        self._shapes = {int(place): {shape: int(row) for shape, row in seen} for place, seen in shapes}
        self._unread: Iterator[Record] | None = self._read(messages)
        self._sample = list(islice(self._unread, SAMPLE))

    def _start(self) -> Iterator[tuple[str, list[Any]]]:
        sandbox = Sandbox("workbook", self.path, sheet=self._wanted)
        self._stack.callback(sandbox.close)
        return sandbox.messages()

    def _no_sheet(self) -> str:
        shown = ", ".join(f"”{sheet['name']}”" for sheet in self._sheets if sheet["shown"])
        hidden = ", ".join(f"”{sheet['name']}”" for sheet in self._sheets if not sheet["shown"])
        if self._wanted:
            message = _("Arbetsboken har inget blad som heter ”%(wanted)s”. Blad: %(shown)s.")
        elif any(sheet["shown"] and int(sheet["rows"]) for sheet in self._sheets):
            message = _("Arbetsboken har flera blad. Välj ett: %(shown)s.")
        elif hidden:
            message = _("Arbetsbokens synliga blad är tomma. Välj ett dolt om det är det som ska läsas: %(hidden)s.")
        else:
            message = _("Arbetsboken är tom.")
        return message % {"wanted": self._wanted, "shown": shown, "hidden": hidden}

    def _read(self, messages: Iterator[tuple[str, list[Any]]]) -> Iterator[Record]:
        for kind, content in messages:
            if kind == "rows":
                for line, cells in content[0]:
                    number = int(line)
                    yield Record(number, number, [Number(c[0]) if isinstance(c, list) else c for c in cells])

    def _written(self, record: Record) -> Record:
        """Number cells as text with the table's decimal mark."""
        mark = self.mark
        cells = [cell.replace(".", mark) if isinstance(cell, Number) else cell for cell in record.cells]
        return Record(record.line, record.end, cells)

    def heads(self, separator: str) -> Sequence[Head]:
        return [Head("", tuple(self._written(record) for record in self._sample))]

    def records(self, separator: str, after: int) -> Iterator[Record]:
        unread, self._unread = self._unread, None
        found = self._read(self._start()) if unread is None else chain(self._sample, unread)
        return (self._written(record) for record in found if record.line > after)

    def rows(self, layout: Layout, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        self.refuse_bad(layout.header, layout.columns.values(), layout.lines)
        return rows_to_book(self.records("", layout.lines), layout, findings)

    def refuse_bad(self, header: Sequence[str], places: Collection[int], after: int) -> None:
        if bad := self.bad_cells(header, places, after):
            raise Refusal(bad, count=len(bad) if self._bad_count == len(self._bad) else self._bad_count)

    def bad_cells(self, header: Sequence[str], places: Collection[int], after: int) -> list[RowError]:
        return [
            RowError(int(row), header[int(place)].strip(), value, why)
            for row, place, value, why in self._bad
            if int(row) > after and int(place) in places
        ]

    def proven_mark(self, places: Sequence[int], after: int) -> str | None:
        """By the text cells alone: number cells leave no doubt. A comma when there are none."""
        return find_mark(shape for place in places for shape, row in self._shapes.get(place, {}).items() if row > after)

    def extent(self) -> str:
        sheet = next(sheet for sheet in self._sheets if sheet["name"] == self.sheet)
        return _("%(rows)s rader, %(columns)s kolumner") % {"rows": sheet["rows"], "columns": sheet["columns"]}

    def findings(self) -> Iterator[Finding]:
        offered = tuple(
            (sheet["name"], sheet["name"] if sheet["shown"] else _("%(name)s (dolt)") % {"name": sheet["name"]})
            for sheet in self._sheets
        )
        evidence = _("Valt för hand eller i profilen.") if self._wanted else _("Det enda synliga bladet med innehåll.")
        if self.problem:
            evidence = self._no_sheet()
        yield Finding(ReadingAspect.SHEET, self.sheet, evidence, offered, is_certain=bool(self.sheet))


class SieTable(Table):
    """A SIE 4 file's vouchers. The columns are given: nothing is laid out."""

    format = FileFormat.SIE

    def __init__(self, path: Path, seen: Survey, chosen: Mapping[str, str], names: Names, stack: ExitStack) -> None:
        self.path, self.seen, self._chosen = path, seen, chosen
        self.size, self.sha256, self.encoding = seen.size, seen.sha256, seen.encoding
        told = {"dimensions": dict(chosen), "names": names_of_objects(names)}
        sandbox = Sandbox("sie_rows", path, codec=seen.codec, bom=seen.bom, **told)
        stack.callback(sandbox.close)
        self._messages = sandbox.messages()
        kind, (facts,) = next(self._messages)
        assert kind == "facts"  # noqa: S101  # always the first
        self._facts: dict[str, Any] = facts
        self.roles = roles_of(facts["dimensions"], chosen, names)

    def layout(self, profile: ImportProfile | None) -> Layout:
        header = tuple(str(role.label) for role in COLUMNS)
        return Layout("", header, 0, {role: place for place, role in enumerate(COLUMNS)}, profile, decimal_mark=".")

    def heads(self, separator: str) -> Sequence[Head]:
        return ()

    def records(self, separator: str, after: int) -> Iterator[Record]:
        return iter(())

    def refuse_bad(self, header: Sequence[str], places: Collection[int], after: int) -> None:
        """What is wrong with its vouchers comes when all of them have been read."""
        for _message in self._messages:
            pass

    def rows(self, layout: Layout, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        for kind, content in self._messages:
            if kind == "rows":
                for line, cells in content[0]:
                    findings.rows += 1
                    yield (int(line), *cells)
            elif kind == "skipped":
                for line, reason in content[0]:
                    findings.skip(int(line), reason)

    def findings(self) -> Iterator[Finding]:
        facts = self._facts
        evidence = self.seen.evidence
        yield Finding(ReadingAspect.ENCODING, self.seen.codec, evidence, encodings.alternatives())
        if facts["years"].get("0"):
            first, last = facts["years"]["0"]
            broken = (
                ""
                if first[4:] == "0101" and last[4:] == "1231"
                else _(" Det är brutet: perioder är verifikationernas månader.")
            )
            yield Finding(ReadingAspect.FISCAL_YEAR, f"{first}–{last}", _("#RAR 0 säger det.") + broken)
        names = [f"{number} {name}" for number, name in facts["dimensions"].items()]
        read = ", ".join(f"{number} → {ColumnRole(role).label}" for number, role in self.roles.items())
        evidence = _("Filens dimensioner: %(names)s.") % {"names": ", ".join(names) or "–"}
        yield Finding(ReadingAspect.DIMENSIONS, read, evidence)

    def dimensions(self) -> tuple[Dimension, ...]:
        return tuple(
            Dimension(number, name, ColumnRole(self.roles[number]) if number in self.roles else None)
            for number, name in self._facts["dimensions"].items()
            if number not in NOT_READ
        )

    def warnings(self) -> Iterator[str]:
        if self._facts["flag"] == "1":
            yield _("Filen är redan inläst i något program (#FLAGGA 1). Kontrollera att den inte redan är bokförd.")
        for number, name in self._facts["dimensions"].items():
            if number not in self.roles:
                yield _("Dimension %(number)s (%(name)s) läses inte.") % {"number": number, "name": name}

    def extent(self) -> str:
        facts = self._facts
        kind = _("4E, med saldon") if facts["balances"] else _("4I, bara verifikationer")
        return _("SIE %(kind)s, från %(program)s för %(company)s") % {
            "kind": kind,
            "program": facts["program"] or "?",
            "company": facts["company"] or "?",
        }
