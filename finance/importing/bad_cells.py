"""Cells of a workbook that have no value to read: formulas that were never calculated, and errors. The reader of
workbooks gives both as empty cells, so they are looked for in the XML itself. No entity is ever followed."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from finance.importing.problems import refuse

_BLOCK = 1 << 18
_SIGNS = (b"<f", b":f", b't="e"', b"t='e'", b"formula", b'"error"')
_OVERLAP = 16


class BadCell(NamedTuple):
    """Row and column from 1; `value` is the formula or the error."""

    row: int
    column: int
    value: str
    reason: str


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            yield block


def _has_signs(archive: zipfile.ZipFile, name: str) -> bool:
    """Most exports have neither formulas nor errors: then there is nothing to parse."""
    tail = b""
    for block in _blocks(archive, name):
        if any(sign in tail + block for sign in _SIGNS):
            return True
        tail = block[-_OVERLAP:]
    return False


def _parse(archive: zipfile.ZipFile, name: str, handler: "_Handler") -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.text
    try:
        for block in _blocks(archive, name):
            parser.Parse(block)
        parser.Parse(b"", True)  # noqa: FBT003  # expat takes it by place
    except expat.ExpatError:
        raise refuse(_("Arbetsboken är trasig.")) from None


def _refuse_doctype(*_given: object) -> None:
    raise refuse(_("Arbetsboken innehåller en dokumenttyp (DOCTYPE), som ingen arbetsbok ska ha."))


class _Handler:
    """Gathers bad cells; the formats differ in what is one."""

    def __init__(self) -> None:
        self.found: list[BadCell] = []
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        raise NotImplementedError

    def text(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class _Xlsx(_Handler):
    def __init__(self) -> None:
        super().__init__()
        self._row, self._place = 0, (0, 0)
        self._kind, self._value = "", ""
        self._formula: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match _local(name):
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._place = (self._row, 0)
            case "c":
                self._kind, self._formula, self._value = attributes.get("t", ""), None, ""
                match = _REFERENCE.fullmatch(attributes.get("r", ""))
                self._place = (int(match[2]), _number(match[1])) if match else (self._row, self._place[1] + 1)
            case "f" | "v":
                self._text = []

    def end(self, name: str) -> None:
        match _local(name):
            case "f":
                self._formula, self._text = "".join(self._text or []), None
            case "v":
                self._value, self._text = "".join(self._text or []), None
            case "c" if self._kind == "e":
                self.found.append(BadCell(*self._place, self._value, _("felvärde från ett kalkylark")))
            case "c" if self._formula is not None and not self._value and self._kind not in ("str", "inlineStr"):
                reason = _("formel utan sparat värde: öppna filen i kalkylprogrammet och spara den")
                self.found.append(BadCell(*self._place, f"={self._formula}", reason))


def _number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _Ods(_Handler):
    def __init__(self, sheet: str) -> None:
        super().__init__()
        self._sheet, self._is_here = sheet, False
        self._row, self._column, self._repeat, self._formula = 0, 0, (1, 1), ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        given = {_local(key): value for key, value in attributes.items()}
        if local == "table":
            self._is_here, self._row = given.get("name") == self._sheet, 0
        elif not self._is_here:
            return
        elif local == "table-row":
            self._row, self._column = self._row + 1, 0
            self._repeat = (int(given.get("number-rows-repeated", 1)), 1)
        elif local in ("table-cell", "covered-table-cell"):
            self._column += 1
            self._repeat = (self._repeat[0], int(given.get("number-columns-repeated", 1)))
            self._look(attributes, given)

    def _look(self, attributes: dict[str, str], given: dict[str, str]) -> None:
        if attributes.get("calcext:value-type") == "error":
            self.found.append(
                BadCell(self._row, self._column, given.get("formula", "#"), _("felvärde från ett kalkylark"))
            )
        elif "formula" in given and not given.get("value-type"):
            reason = _("formel utan sparat värde: öppna filen i kalkylprogrammet och spara den")
            self.found.append(BadCell(self._row, self._column, given["formula"], reason))

    def end(self, name: str) -> None:
        if not self._is_here:
            return
        local = _local(name)
        if local == "table-row":
            self._row += self._repeat[0] - 1
        elif local in ("table-cell", "covered-table-cell"):
            self._column += self._repeat[1] - 1
        elif local == "table":
            self._is_here = False


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the sheet's part in an XLSX, "" when it can't be told."""
    found: dict[str, str] = {}

    class Names(_Handler):
        def start(self, name: str, attributes: dict[str, str]) -> None:
            given = {_local(key): value for key, value in attributes.items()}
            if _local(name) == "sheet":
                found[given.get("name", "")] = given.get("id", "")
            elif _local(name) == "Relationship":
                found[f"#{given.get('Id', '')}"] = given.get("Target", "")

        def end(self, name: str) -> None:
            pass

    names = set(archive.namelist())
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if part in names:
            _parse(archive, part, Names())
    target = found.get(f"#{found.get(sheet, '')}", "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else ""


def bad_cells(path: Path, sheet: str) -> list[BadCell]:
    """Of one sheet of an XLSX or ODS. Raises Refusal."""
    with zipfile.ZipFile(path) as archive:
        is_ods = "content.xml" in archive.namelist() and "xl/workbook.xml" not in archive.namelist()
        part = "content.xml" if is_ods else _part_of(archive, sheet)
        if not part or not _has_signs(archive, part):
            return []
        handler: _Handler = _Ods(sheet) if is_ods else _Xlsx()
        _parse(archive, part, handler)
        return handler.found
