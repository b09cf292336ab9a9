"""A workbook's sheet as rows of cells, told by the worker. XLSX and ODS."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from finance.importing.bad_cells import bad_cells
from finance.importing.problems import refuse
from finance.importing.worker import tell, tell_errors, tell_rows

_DIGITS = re.compile(r"[0-9]")
#: So many ways to write a column's text cells are told: more of them are no amounts.
_MOST_SHAPES = 200
#: No ledger has more columns than this.
_MOST_COLUMNS = 2000


def _cell(value: Any) -> str | list[str]:
    """Text as it is; a number as a list of its 15 significant digits, which is what the program shows."""
    kind = type(value)
    if kind is str:
        return value
    if kind is float or kind is int:
        return [f"{Decimal(f'{value:.15g}'):f}"]
    if kind is bool:
        return "SANT" if value else "FALSKT"
    if kind is dt.datetime and value.time() != dt.time():
        return str(value.isoformat(" ", "seconds"))
    return str(value.date() if kind is dt.datetime else value)


def _shapes(sheet: python_calamine.CalamineSheet) -> dict[int, dict[str, int]]:
    """Column → how its text cells with digits are written → where last. They prove the decimal mark."""
    seen: dict[int, dict[str, int]] = {}
    for row, values in enumerate(sheet.iter_rows(), start=1):
        for place, value in enumerate(values):
            if type(value) is str and value and len(value) < 40 and _DIGITS.search(value):
                shapes = seen.setdefault(place, {})
                shape = _DIGITS.sub("9", value)
                if shape in shapes or len(shapes) < _MOST_SHAPES:
                    shapes[shape] = row
    return seen


class _Book:
    """A workbook's sheets. Those that are shown are loaded, to know how big they are."""

    def __init__(self, path: Path) -> None:
        self._book = python_calamine.CalamineWorkbook.from_path(path)
        visible, plain = python_calamine.SheetVisibleEnum.Visible, python_calamine.SheetTypeEnum.WorkSheet
        self._shown = {
            sheet.name: sheet.visible == visible for sheet in self._book.sheets_metadata if sheet.typ == plain
        }
        self._loaded = {name: self._book.get_sheet_by_name(name) for name, shown in self._shown.items() if shown}

    def listed(self) -> list[dict[str, Any]]:
        listed = []
        for name, shown in self._shown.items():
            last = self._loaded[name].end if shown else None
            rows, columns = (last[0] + 1, last[1] + 1) if last else (0, 0)
            listed.append({"name": name, "shown": shown, "rows": rows, "columns": columns})
        return listed

    def choose(self, wanted: str) -> str:
        """The wanted sheet or the only one with something to see, "" when somebody has to say."""
        if wanted:
            return wanted if wanted in self._shown else ""
        filled = [name for name, sheet in self._loaded.items() if sheet.end]
        return filled[0] if len(filled) == 1 else ""

    def sheet(self, name: str) -> python_calamine.CalamineSheet:
        return self._loaded.get(name) or self._book.get_sheet_by_name(name)


def tell_file(path: Path, task: Mapping[str, Any]) -> None:
    """Tells the sheets, then the chosen one's bad cells, rows and shapes. Raises Refusal."""
    try:
        book = _Book(path)
        chosen = book.choose(task["sheet"])
        tell("facts", {"sheets": book.listed(), "sheet": chosen})
        if not chosen:
            return
        sheet = book.sheet(chosen)
    except python_calamine.PasswordError:
        raise refuse(_("Arbetsboken är skyddad med lösenord. Ta bort lösenordet, eller spara den som CSV.")) from None
    except python_calamine.CalamineError:
        raise refuse(_("Arbetsboken är trasig.")) from None
    if sheet.width > _MOST_COLUMNS:
        message = _("Bladet har %(count)s kolumner. Så många har ingen huvudbok.")
        raise refuse(message % {"count": sheet.width})
    bad = bad_cells(path, chosen)
    first = sheet.start[1] if sheet.start else 0
    tell_errors("bad", [[cell.row, cell.column - first - 1, cell.value[:80], cell.reason] for cell in bad])
    tell("bad_count", len(bad))
    tell("shapes", [[place, list(seen.items())] for place, seen in _shapes(sheet).items()])
    tell_rows((row, [_cell(value) for value in values]) for row, values in enumerate(sheet.iter_rows(), start=1))
