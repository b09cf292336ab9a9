"""Which encoding a file's bytes are in: shown by the Swedish letters that they give, or asked for.

Bytes above 127 mean different letters in windows-1252, MacRoman and CP437. Each reading is given points for what
stands where: å inside a word is plausible, † is not, and á between two digits is no thousands separator.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from finance.choices import TextEncoding

#: Name → what people call it. The name is also Python's.
CODECS: dict[str, str] = dict(TextEncoding.choices)
_FAMILIES = (("cp1252", "iso8859-15", "iso8859-1"), ("mac-roman",), ("cp437", "cp850"))
_ASCII = bytes(range(128))
#: A byte above 127 with its neighbours.
_PLACE = re.compile(rb"(?s)(?<=(.))([\x80-\xff])(?=(.))")
_WORD = re.compile(rb"[A-Za-z]{0,20}[\x80-\xff][A-Za-z\x80-\xff]{1,20}")
#: Places looked at in each of the first blocks, and in each of the rest.
_FIRST_BLOCKS, _MANY, _FEW = 8, 2000, 50
#: So much better, in points a letter, is the best reading than the next, or somebody has to say. More is asked of a
#: file without å, ä and ö.
_CLEARLY, _VERY_CLEARLY = 0.25, 0.5
#: A larger part than this that contradicts the rest makes the file a mixture.
_MIXED = 0.02
_SWEDISH = "åäöÅÄÖ"
_LETTERS = "éèêëáàâãíìîïóòôõúùûüñçøæßýÿÉÈÊËÁÀÂÃÍÌÎÏÓÒÔÕÚÙÛÜÑÇØÆÝ"
_SPACES = "\u00a0"
_DASHES = "–—"
_QUOTES = "’‘“”´"
_LOW_QUOTES = "„‚"
_SIGNS = "€§°½¼¾µ×±·»«©®™²³£…¨"


def _kind(byte: int) -> str:
    """a lower case, A upper case, 0 digit, or something else; unknown letters count as lower case."""
    char = chr(byte)
    if byte >= 128 or char.islower():
        return "a"
    return "A" if char.isupper() else "0" if char.isdigit() else " "


_KINDS = [_kind(byte) for byte in range(256)]


def _points(char: str, before: str, after: str) -> float:
    """How well a character stands where it stands: 1 as expected, -1 not at all."""
    inside = before in "aA" and after in "aA"
    if char in _SWEDISH or char in _LETTERS:
        return _letter_points(char, before, after)
    if char in _SPACES:
        points = 1.0 if before + after == "00" else 0.5
    elif char in _DASHES:
        points = 0.3 if inside else 0.8
    elif char in _QUOTES:
        points = -0.5 if inside and char != "’" else 0.6
    elif char in _LOW_QUOTES:
        points = 0.6 if before == " " else -0.5
    elif char in _SIGNS:
        points = -0.8 if inside else 0.5
    else:
        points = -0.5 if char.isalpha() else -1.0
    return points


def _letter_points(char: str, before: str, after: str) -> float:
    """Letters stand in words: seldom beside digits, but in codes, and no capital after a small one."""
    if char.isupper() and before == "a":
        return -0.5
    if "0" in before + after:
        return 0.0 if char in _SWEDISH else -0.5
    alone = before + after == "  "
    if char in _SWEDISH:
        return 0.5 if alone else 1.0
    return 0.1 if alone else 0.3


def _char(codec: str, byte: int) -> str:
    return bytes((byte,)).decode(codec, "replace")


@dataclass
class HighBytes:
    """The bytes above 127 of a file, gathered block by block."""

    counts: Counter[int] = field(default_factory=Counter)
    places: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    words: list[bytes] = field(default_factory=list)
    blocks: int = 0

    def add(self, block: bytes) -> None:
        high = block.translate(None, _ASCII)
        if not high:
            return
        new = set(high) - self.counts.keys()
        self.counts.update(high)
        self.blocks += 1
        places = islice(_PLACE.finditer(block), _MANY if self.blocks <= _FIRST_BLOCKS else _FEW)
        self.places.update((_KINDS[p[1][0]], p[2][0], _KINDS[p[3][0]]) for p in places)
        for byte in new - {place[1] for place in self.places}:
            at = block.index(byte)
            around = (b" " + block[max(at - 1, 0) : at + 2] + b" ")[1 if at else 0 :]
            self.places[_KINDS[around[0]], byte, _KINDS[around[2]]] += 1
        if len(self.words) < 20:
            self.words += [word[0] for word in islice(_WORD.finditer(block), 20)]

    def points(self, codec: str) -> dict[int, float]:
        """Byte → its mean points when read in the codec."""
        seen: Counter[int] = Counter()
        points: dict[int, float] = {}
        for (before, byte, after), number in self.places.items():
            seen[byte] += number
            points[byte] = points.get(byte, 0.0) + number * _points(_char(codec, byte), before, after)
        return {byte: value / seen[byte] for byte, value in points.items()}

    def score(self, codec: str) -> float:
        """Mean points a byte, each byte as often as it stands in the file."""
        points = self.points(codec)
        return sum(points[byte] * self.counts[byte] for byte in points) / max(self.counts.total(), 1)

    def text(self, codec: str) -> str:
        """How the bytes that occur read in the codec: two codecs with the same are one."""
        return bytes(sorted(self.counts)).decode(codec, "replace")


@dataclass(frozen=True)
class Verdict:
    """An encoding with the evidence. `strange` bytes look as if they were in another."""

    codec: str
    evidence: str
    is_certain: bool = True
    strange: int = 0
    is_mixed: bool = False


def _of_family(family: tuple[str, ...], high: HighBytes) -> str:
    """The member that reads the bytes best; the first of equals."""
    return max(family, key=lambda codec: (high.score(codec), -family.index(codec)))


def _example(high: HighBytes, codec: str, other: str) -> str:
    """A word as it reads in both, where that differs."""
    for word in high.words:
        ours, theirs = word.decode(codec, "replace"), word.decode(other, "replace")
        if ours != theirs and any(char in _SWEDISH for char in ours):
            return _("”%(ours)s”; i %(other)s hade det stått ”%(theirs)s”") % {
                "ours": ours,
                "other": CODECS[other],
                "theirs": "".join(char if char.isprintable() else "·" for char in theirs),
            }
    return ""


def _evidence(high: HighBytes, codec: str, other: str) -> str:
    letters = {_char(codec, byte): count for byte, count in high.counts.items() if _char(codec, byte) in _SWEDISH}
    parts = []
    if letters:
        counted = ", ".join(f"{char} {letters[char]}" for char in _SWEDISH if char in letters)
        parts.append(_("Byten ger svenska bokstäver: %(letters)s gånger") % {"letters": counted})
    if example := _example(high, codec, other):
        parts.append(_("som i %(example)s") % {"example": example})
    if not parts:
        chars = " ".join(_char(codec, byte) for byte in sorted(high.counts)[:8])
        parts.append(_("Filen har inga å, ä eller ö. Tecknen utanför ASCII blir: %(chars)s") % {"chars": chars})
    return ", ".join(parts) + "."


def _strange(high: HighBytes, codec: str, rivals: list[str]) -> int:
    """How many bytes stand badly in the codec but give Swedish letters in a rival."""
    own, others = high.points(codec), [high.points(rival) for rival in rivals]
    return sum(
        high.counts[byte] for byte, points in own.items() if points < 0 and any(other[byte] > 0.9 for other in others)
    )


def decide(high: HighBytes) -> Verdict:
    """Which single-byte encoding the file is in."""
    best_of = sorted((_of_family(family, high) for family in _FAMILIES), key=high.score, reverse=True)
    best, second = best_of[0], best_of[1]
    lead = high.score(best) - high.score(second)
    has_swedish = any(_char(best, byte) in _SWEDISH for byte in high.counts)
    is_certain = lead >= (_CLEARLY if has_swedish else _VERY_CLEARLY) and high.score(best) > 0
    if not has_swedish and any(set(high.text(rival)) <= set(_SWEDISH) for rival in best_of[1:]):
        is_certain = False
    strange = _strange(high, best, best_of[1:])
    is_mixed = strange > _MIXED * high.counts.total() and strange > 1
    return Verdict(best, _evidence(high, best, second), is_certain, strange, is_mixed)


def alternatives() -> tuple[tuple[str, str], ...]:
    """(name, label) of every encoding that may be chosen."""
    return tuple(CODECS.items())
