"""A posting's row as it stands in the file that was booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from finance.choices import Sensitivity, TextEncoding
from finance.importing.kinds import Kind, kind_of
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal
from finance.importing.survey import survey
from finance.importing.text import lines_of
from finance.importing.understanding import ReadingChoices
from finance.models import ImportBatch, Posting, SupersededPosting

#: More of one line is not shown: a page is no file.
_LONGEST = 4000


@dataclass(frozen=True)
class OriginalRow:
    """`text` is the line itself, empty for a workbook; `cells` are (column's name, what stands there), when the file
    still says by itself, or by its profile, how it is laid out."""

    line: int
    text: str
    cells: Sequence[tuple[str, str]]


def is_sensitive(batch: ImportBatch, line: int) -> bool:
    """Whether the posting of the line is on a sensitive account. One query."""
    rows = SupersededPosting.objects if batch.ended_at else Posting.objects
    found = rows.filter(batch=batch, line=line)
    return bool(found.exclude(code_string__account__sensitivity=Sensitivity.OPEN).exists())


def original_row(batch: ImportBatch, path: Path, line: int, reading: ReadingChoices) -> OriginalRow | None:
    """`reading` is what was chosen when the file was booked. None when the file has no such line."""
    try:
        cells = _cells(batch, path, line, reading)
    except Refusal:
        cells = []
    text = _text(batch, path, line)
    return OriginalRow(line, text, cells) if text or cells else None


def _cells(batch: ImportBatch, path: Path, line: int, reading: ReadingChoices) -> list[tuple[str, str]]:
    """Raises Refusal."""
    if kind_of(path) is Kind.SIE:
        return []
    with open_ledger(path, reading, profile=batch.profile) as opened:
        head = opened.understanding.columns
        record = next((found for found in opened.table_rows() if found.line >= line), None)
        if record is None or record.line != line:
            return []
        names = {column.place: column.name for column in head}
        return [(names.get(place, ""), cell[:_LONGEST]) for place, cell in enumerate(record.cells) if cell or names]


def _text(batch: ImportBatch, path: Path, line: int) -> str:
    """The physical line. Raises nothing: a file that can't be read as it was then has none."""
    try:
        if kind_of(path) not in {Kind.TEXT, Kind.SIE}:
            return ""
        seen = survey(path, _CODECS.get(batch.encoding, ""))
        found = next(islice(lines_of(path, seen.codec, seen.bom), line - 1, None), "")
    except Refusal:
        return ""
    return found.rstrip("\r\n")[:_LONGEST]


_CODECS = {str(label): str(codec) for codec, label in TextEncoding.choices}
