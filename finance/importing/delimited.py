"""Text with columns between separators, as records."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from finance.choices import SEPARATOR_CHAR, Separator
from finance.importing.layout import Head, Record
from finance.importing.problems import refuse
from finance.importing.text import lines_of

#: So many lines are looked at before the rows are read.
SAMPLE = 2000


def declared_separator(first_line: str) -> str:
    """The separator that a first line `sep=;` declares, or nothing."""
    declared = first_line.strip("\r\n ").removeprefix("\ufeff")
    return (declared[4:5] or "\t") if declared.lower().startswith("sep=") else ""


def heads(lines: Sequence[str], separator: str = "") -> list[Head]:
    """The sample as each separator divides it; only as the chosen or declared one when there is one."""
    declared = declared_separator(lines[0]) if lines else ""
    if separator:
        chars: Iterable[str] = [SEPARATOR_CHAR[Separator(separator)]]
    else:
        chars = [declared] if declared else SEPARATOR_CHAR.values()
    return [Head(char, tuple(_sampled(lines, char))) for char in chars]


def _sampled(lines: Sequence[str], separator: str) -> Iterator[Record]:
    """Records of the sample. An unreadable one ends it: the reading of the rows says why."""
    reader, line = csv.reader(lines, delimiter=separator), 1
    try:
        for cells in reader:
            yield Record(line, reader.line_num, cells)
            line = reader.line_num + 1
    except csv.Error:
        return


def records(path: Path, codec: str, bom: int, separator: str, after: int) -> Iterator[Record]:
    """The records below line `after`. Raises Refusal."""
    lines = itertools.islice(lines_of(path, codec, bom), after, None)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = after + 1
    make = Record._make
    try:
        for cells in reader:
            end = after + reader.line_num
            yield make((line, end, cells))
            line = end + 1
    except csv.Error as error:
        reason = _("Raden går inte att läsa: citationstecken eller fält tar aldrig slut (%(error)s).")
        raise refuse(reason % {"error": error}, line=line) from None
