"""The lines of a SIE file: labels and fields, and the checksum over them."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from finance.importing.problems import RowError, ValueProblem

_FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}])|((?:[^\s"{}\\]|\\.|\\$)+)')


class Objects(tuple[str, ...]):
    """The fields inside { }: dimension, object, dimension, object …"""

    __slots__ = ()


class Post(NamedTuple):
    """A line's label, in capitals, and its fields."""

    line: int
    label: str
    fields: list["str | Objects"]

    def text(self, place: int) -> str:
        """A field that is text; empty when the line is shorter."""
        value = self.fields[place] if place < len(self.fields) else ""
        return value if isinstance(value, str) else ""

    def objects(self) -> Objects:
        return next((value for value in self.fields if isinstance(value, Objects)), Objects())


def split(text: str) -> list[str | Objects]:
    """The fields of a line. Raises ValueProblem for a quote or a brace that does not end."""
    fields: list[str | Objects] = []
    inside: list[str] | None = None
    end = 0
    for match in _FIELD.finditer(text):
        if text[end : match.start()].strip():
            break
        end = match.end()
        if match[2] == "{":
            inside = []
        elif match[2] == "}":
            if inside is not None:
                fields.append(Objects(inside))
            inside = None
        else:
            value = (match[1] if match[1] is not None else match[3]).replace('\\"', '"')
            (fields if inside is None else inside).append(value)
    if text[end:].strip() or inside is not None:
        raise ValueProblem(_("citationstecken eller klammer tar aldrig slut"))
    return fields


def posts(lines: Iterable[str], on_error: Callable[[RowError], None]) -> Iterator[Post]:
    """The lines that have a label, and `{` and `}` as labels of their own."""
    for number, raw in enumerate(lines, start=1):
        text = raw.strip(" \t\r\n\x1a\ufeff")
        if text in ("{", "}"):
            yield Post(number, text, [])
        elif text.startswith("#"):
            label, *rest = text.split(None, 1)
            label = label.upper()
            try:
                yield Post(number, label, split(rest[0]) if rest else [])
            except ValueProblem as problem:
                if label in _LABELS:
                    on_error(RowError(number, label, text[:80], str(problem)))


_LABELS = {"#VER", "#TRANS", "#RTRANS", "#BTRANS", "#KONTO", "#DIM", "#OBJEKT", "#RAR", "#IB", "#UB", "#RES", "#KSUMMA"}


class Checksum:
    """CRC-32 over labels and fields between two `#KSUMMA`: separators, quotes and braces don't count (4B, 10.15).

    Programs differ in whether the label's # counts, and in the number's sign: either is taken.
    """

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._with, self._without, self.is_open = 0, 0, False

    def add(self, post: Post) -> None:
        if not self.is_open or post.label in ("{", "}"):
            return
        texts = [part for value in post.fields for part in ([value] if isinstance(value, str) else value)]
        body = "".join(texts).encode(self._codec, "replace")
        self._with = zlib.crc32(post.label.encode(self._codec, "replace") + body, self._with)
        self._without = zlib.crc32(post.label[1:].encode(self._codec, "replace") + body, self._without)

    def agrees(self, stated: str) -> bool:
        try:
            return int(stated) & 0xFFFFFFFF in (self._with, self._without)
        except ValueError:
            return False
