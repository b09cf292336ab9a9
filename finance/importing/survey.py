"""One pass over a file's bytes before its text is read: size, hash, encoding, line ends, and what makes it no text."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from finance.importing.encodings import CODECS, HighBytes, Verdict, decide
from finance.importing.problems import refuse
from finance.importing.text import BLOCK

#: A line longer than this is no line of a ledger.
LONGEST_LINE = 4 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: å ä ö Å Ä Ö in UTF-8, as bytes: no Swedish text in a single-byte encoding looks so.
_MANGLED = tuple(letter.encode() for letter in "åäöÅÄÖ")


@dataclass(frozen=True)
class Survey:
    """`codec` is Python's name; `bom` how many bytes to pass over. `nul_line` is the first line with a NUL byte."""

    size: int
    sha256: str
    codec: str
    bom: int
    evidence: str
    is_certain: bool = True
    strange: int = 0
    crlf: int = 0
    lf: int = 0
    cr: int = 0
    nul_line: int = 0

    @property
    def encoding(self) -> str:
        """What people call it."""
        if self.codec == "utf-8" and self.bom:
            return "UTF-8 med BOM"
        return CODECS[self.codec]

    @property
    def lines(self) -> int:
        return self.crlf + self.lf + self.cr


@dataclass
class _Lines:
    """Line ends and the longest line, of bytes in which a line end is one byte or two."""

    crlf: int = 0
    lf: int = 0
    cr: int = 0
    open: int = 0
    ends_in_cr: bool = False

    @property
    def number(self) -> int:
        return self.crlf + self.lf + self.cr

    def add(self, block: bytes) -> None:
        if self.ends_in_cr and block.startswith(b"\n"):  # The CR was counted alone.
            self.cr, self.lf, self.crlf = self.cr - 1, self.lf - 1, self.crlf + 1
        crlf = block.count(b"\r\n")
        self.crlf += crlf
        self.lf += block.count(b"\n") - crlf
        self.cr += block.count(b"\r") - crlf
        self.ends_in_cr = block.endswith(b"\r")
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self.open = self.open + len(block) if last < 0 else len(block) - last - 1
        if self.open > LONGEST_LINE:
            raise refuse(
                _("Filen har inga rader som går att läsa: en rad är längre än fyra miljoner tecken."),
                line=self.number + 1,
            )


@dataclass
class _Utf8:
    """Whether the bytes are UTF-8 so far, and where they stopped being so."""

    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    is_valid: bool = True
    has_letters: bool = False
    wrong_line: int = 0
    lost: int = 0

    def add(self, block: bytes, line: int, *, final: bool = False) -> None:
        try:
            text = self.decoder.decode(block, final)
        except UnicodeDecodeError as error:
            self.is_valid = False
            self.has_letters = self.has_letters or any(letter in block for letter in _MANGLED)
            self.wrong_line = line + _line_ends(error.object[: error.start])
            return
        self.has_letters = self.has_letters or not block.isascii()
        self.lost += text.count("\ufffd")


def _line_ends(block: bytes) -> int:
    return block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _utf16_without_bom(head: bytes) -> str:
    """UTF-16 is known by its NUL bytes: nearly every other one, always on the same side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    enough = len(head) // 4
    if odd > enough and even <= odd // 50:
        return "utf-16-le"
    if even > enough and odd <= even // 50:
        return "utf-16-be"
    return ""


def _blocks(stream: BinaryIO, first: bytes, digest: "hashlib._Hash") -> Iterator[bytes]:
    block = first
    while block:
        digest.update(block)
        yield block
        block = stream.read(BLOCK)


def survey(path: Path, chosen: str = "", usual: str = "") -> Survey:
    """Reads the whole file once. `chosen` is an encoding that somebody has chosen, `usual` what a profile says: it
    counts where the bytes leave doubt. Raises Refusal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
        if not head:
            raise refuse(_("Filen är tom."))
        blocks = _blocks(stream, head, digest)
        bom, codec = next(((mark, name) for mark, name in _BOMS if head.startswith(mark)), (b"", ""))
        evidence = ""
        if bom:
            evidence = _("Filen börjar med märket (BOM) för %(encoding)s.") % {"encoding": CODECS[codec]}
        elif codec := "" if chosen else _utf16_without_bom(head[:4096]):
            evidence = _("Vartannat byte är noll, som i UTF-16 utan märke (BOM).")
        if chosen and not bom:
            codec, evidence = chosen, _("Valt för hand eller i profilen.")
        if codec.startswith("utf-16"):
            return _of_utf16(blocks, digest, codec, len(bom), evidence)
        found = _of_bytes(blocks, digest, codec, len(bom), evidence)
    if not found.is_certain and usual:
        return replace(
            found, codec=usual, is_certain=True, evidence=_("Profilen säger det, och byten säger inte emot.")
        )
    return found


def _of_utf16(blocks: Iterator[bytes], digest: "hashlib._Hash", codec: str, bom: int, evidence: str) -> Survey:
    decoder = codecs.getincrementaldecoder(codec)()
    lines, size, nul_line = _Lines(), 0, 0
    for block in blocks:
        size += len(block)
        try:
            text = decoder.decode(block).encode("utf-8")
        except UnicodeDecodeError:
            raise _not_all(codec, lines.number + 1) from None
        if not nul_line and b"\0" in text:
            nul_line = lines.number + 1 + _line_ends(text[: text.index(b"\0")])
        lines.add(text)
    return Survey(
        size,
        digest.hexdigest(),
        codec,
        bom,
        evidence,
        crlf=lines.crlf,
        lf=lines.lf,
        cr=lines.cr,
        nul_line=nul_line,
    )


def _not_all(codec: str, line: int) -> Exception:
    message = _("Filen blandar teckenkodningar: början är %(encoding)s, men inte allt som följer.")
    return refuse(message % {"encoding": CODECS[codec]}, line=line)


def _of_bytes(blocks: Iterator[bytes], digest: "hashlib._Hash", codec: str, bom: int, evidence: str) -> Survey:
    lines, high, utf8, size, nul_line = _Lines(), HighBytes(), _Utf8(), 0, 0
    for block in blocks:
        size += len(block)
        if not nul_line and b"\0" in block:
            nul_line = lines.number + 1 + _line_ends(block[: block.index(b"\0")])
        if utf8.is_valid and not (block.isascii() and not utf8.decoder.getstate()[0]):
            utf8.add(block, lines.number + 1)
        if not utf8.is_valid and codec != "utf-8":
            high.add(block)
        lines.add(block)
    if utf8.is_valid:
        utf8.add(b"", lines.number + 1, final=True)
    verdict = _verdict(utf8, high, codec, evidence)
    return Survey(
        size,
        digest.hexdigest(),
        verdict.codec,
        bom,
        verdict.evidence,
        is_certain=verdict.is_certain,
        strange=verdict.strange,
        crlf=lines.crlf,
        lf=lines.lf,
        cr=lines.cr,
        nul_line=nul_line,
    )


def _verdict(utf8: _Utf8, high: HighBytes, codec: str, evidence: str) -> Verdict:
    """What the bytes are in; `codec` is what the BOM or somebody has said. Raises Refusal for a mixture."""
    if codec == "utf-8" or (not codec and utf8.is_valid):
        if not utf8.is_valid:
            raise _not_all("utf-8", utf8.wrong_line)
        if not evidence:
            evidence = _("Hela filen är giltig UTF-8.") if utf8.has_letters else _("Filen har bara tecken i ASCII.")
        return Verdict("utf-8", evidence, strange=utf8.lost)
    if codec:
        return Verdict(codec, evidence)
    if utf8.has_letters:
        message = _("Filen blandar teckenkodningar: en del är UTF-8, annat inte.")
        raise refuse(message, line=utf8.wrong_line)
    verdict = decide(high)
    if verdict.is_mixed:
        message = _("Filen blandar teckenkodningar: det mesta är %(encoding)s, men %(count)s tecken är det inte.")
        raise refuse(message % {"encoding": CODECS[verdict.codec], "count": verdict.strange})
    return verdict
