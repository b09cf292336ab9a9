"""The bytes of a file as lines of text, in one pass that also counts and hashes them."""

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from finance.importing.problems import refuse

BLOCK = 1 << 20
_LONGEST_LINE = 4 * BLOCK
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 med BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
#: å ä ö Å Ä Ö in UTF-8, read as single bytes: no Swedish text in windows-1252 looks so.
_MANGLED = re.compile("\u00c3[\u00a5\u00a4\u00b6\u0085\u0084\u0096]")


def _refuse_other_formats(head: bytes) -> None:
    """Says what a file is that only looks like text by its name."""
    start = head[:200].lstrip().lower()
    if head.startswith(b"PK\x03\x04"):
        raise refuse(_("Filen är en arbetsbok (XLSX eller ODS), inte text. Spara den som CSV och försök igen."))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(_("Filen är en äldre Excel-fil (XLS), inte text. Spara den som CSV och försök igen."))
    if head.startswith(b"%PDF"):
        raise refuse(_("Filen är en PDF, inte text. Ta ut uppgifterna som CSV."))
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"\xef\xbb\xbf<")):
        raise refuse(_("Filen är en webbsida eller XML, inte CSV. Öppna den i Excel, spara som CSV och försök igen."))
    if start.startswith(b"#flagga"):
        raise refuse(_("Filen är en SIE-fil, inte CSV. Ta ut uppgifterna som CSV."))


class TextFile:
    """Reads a binary stream once. `size`, `sha256` and `encoding` are final when `lines()` has come to its end.

    UTF-8 and UTF-16 are known by their BOM; without one the first bytes outside ASCII decide between UTF-8
    and windows-1252.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._decoder: codecs.IncrementalDecoder | None = None
        self.size = 0
        self.encoding = "UTF-8"

    def close(self) -> None:
        self._stream.close()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def lines(self) -> Iterator[str]:
        """Lines with their ends (CRLF, LF or CR), as the csv module wants them. Raises Refusal."""
        rest = ""
        for block in self._texts():
            *whole, rest = io.StringIO(rest + block, newline="")
            if rest.endswith("\n"):
                whole.append(rest)
                rest = ""
            if len(rest) > _LONGEST_LINE:
                raise refuse(_("Filen har inga rader som går att läsa: en rad är längre än fyra miljoner tecken."))
            yield from whole
        if rest:
            yield rest

    def _texts(self) -> Iterator[str]:
        while block := self._stream.read(BLOCK):
            if self.size == 0:
                self._start(block)
            self.size += len(block)
            self._hash.update(block)
            text = self._decode(block, final=False)
            if text:
                yield text
        if self.size == 0:
            raise refuse(_("Filen är tom."))
        if self._decoder and (text := self._decode(b"", final=True)):
            yield text

    def _start(self, head: bytes) -> None:
        _refuse_other_formats(head)
        for bom, codec, name in _BOMS:
            if head.startswith(bom):
                self._use(codec, name)
                return

    def _use(self, codec: str, name: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)()
        self.encoding = name

    def _decode(self, block: bytes, *, final: bool) -> str:
        if self._decoder is None:
            if block.isascii():
                return self._without_nul(block.decode("ascii"))
            self._choose(block)
        assert self._decoder is not None  # noqa: S101  # set by _choose
        try:
            return self._without_nul(self._decoder.decode(block, final))
        except UnicodeDecodeError:
            message = _("Filen blandar teckenkodningar: början är %(encoding)s, men inte allt som följer.")
            raise refuse(message % {"encoding": self.encoding}) from None

    def _choose(self, block: bytes) -> None:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(block)
            self._use("utf-8", "UTF-8")
        except UnicodeDecodeError:
            if _MANGLED.search(block.decode("latin-1")):
                raise refuse(_("Filen blandar teckenkodningar: en del är UTF-8, annat inte.")) from None
            try:
                block.decode("cp1252")
                self._use("cp1252", "windows-1252")
            except UnicodeDecodeError:
                self._use("latin-1", "ISO-8859-1")

    def _without_nul(self, text: str) -> str:
        if "\0" in text:
            raise refuse(_("Filen är inte ren text: den innehåller NUL-tecken. Spara den som CSV (UTF-8)."))
        return text
