"""Any ledger file, opened: what it is, how it is laid out, and its rows."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from finance.choices import FileFormat, ReadingAspect
from finance.importing.layout import HEAD, Layout, find_layout
from finance.importing.problems import Refusal, refuse
from finance.importing.records import Findings, rows_to_book
from finance.importing.text import TextFile
from finance.importing.understanding import Finding, ReadingChoices, Understanding
from finance.models import ImportProfile
from vp_portal.core.periods import Period


class Opened:
    """A file that is open for reading. Use it in a `with`; `rows` can be read once.

    `encoding` is known from the start, `size` and `sha256` are final when the rows have come to their end.
    `path` holds the ledger file's own bytes.
    """

    def __init__(self, path: Path, understanding: Understanding, layout: Layout | None, text: TextFile) -> None:
        self.path = path
        self.understanding = understanding
        self._layout = layout
        self._text = text
        self._rest: Iterator[str] = iter(())

    @property
    def layout(self) -> Layout:
        """Raises Refusal when the file can't be read without a choice."""
        if self._layout is None:
            raise self.understanding.problem or refuse(_("Filen går inte att läsa."))
        return self._layout

    @property
    def format(self) -> FileFormat:
        return self.understanding.format

    @property
    def encoding(self) -> str:
        return self._text.encoding

    @property
    def size(self) -> int:
        return self._text.size

    @property
    def sha256(self) -> str:
        return self._text.sha256

    def rows(self, findings: Findings) -> Iterator[tuple[int | str, ...]]:
        """(line, value of each of the layout's columns) of every row to book. Raises Refusal."""
        return rows_to_book(self._rest, self.layout, findings)

    def close(self) -> None:
        self._text.close()

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
    path = Path(path)
    try:
        stream = path.open("rb")
    except OSError:
        raise refuse(_("Filen %(file)s finns inte eller går inte att läsa.") % {"file": path}) from None
    text = TextFile(stream)
    try:
        return _opened(path, text, profile, period)
    except BaseException:
        text.close()
        raise


def _opened(path: Path, text: TextFile, profile: ImportProfile | None, period: Period | None) -> Opened:
    lines = text.lines()
    head = list(itertools.islice(lines, HEAD))
    layout, problem = None, None
    try:
        layout = find_layout(head, profile=profile, profiles=ImportProfile.objects.order_by("pk"), period=period)
    except Refusal as refusal:
        problem = refusal
    encoding = Finding(ReadingAspect.ENCODING, text.encoding, "")
    understood = Understanding(
        FileFormat.CSV, (encoding,), profile=layout.profile if layout else profile, problem=problem
    )
    opened = Opened(path, understood, layout, text)
    opened._rest = itertools.chain(head[layout.lines if layout else 0 :], lines)
    return opened
