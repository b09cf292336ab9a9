"""The bytes of a file as lines of text, a block at a time."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from finance.importing.encodings import CODECS
from finance.importing.problems import refuse

BLOCK = 1 << 20


def lines_of(path: Path, codec: str, bom: int = 0) -> Iterator[str]:
    """Lines with their ends (CRLF, LF or CR), as the csv module wants them. Raises Refusal."""
    rest = ""
    for text in _texts(path, codec, bom):
        *whole, rest = io.StringIO(rest + text, newline="")
        if rest.endswith("\n"):
            whole.append(rest)
            rest = ""
        yield from whole
    if rest:
        yield rest


def _texts(path: Path, codec: str, bom: int) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as stream:
        stream.seek(bom)
        try:
            while block := stream.read(BLOCK):
                if text := decoder.decode(block):
                    yield text
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            message = _("Filen är inte %(encoding)s: byten %(byte)s finns inte där.")
            byte = f"0x{error.object[error.start]:02X}"
            raise refuse(message % {"encoding": CODECS[codec], "byte": byte}) from None
