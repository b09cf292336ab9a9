"""The plan as PDF/UA-1, by typst: the paper goes in as data, so that no text can become markup."""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import typst

from goals.exporting.paper import Paper

_TEMPLATE = Path(__file__).with_name("paper.typ")
#: Letters that no font at hand has are said by name; the standard refuses a page with a box instead.
_UNSHOWN = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_MOST_TRIES = 6


class PdfError(Exception):
    """The PDF could not be made."""


def write(paper: Paper, *, progress: Callable[[int], None] = lambda percent: None) -> bytes:
    """The bytes of the PDF. `progress` is told how far it has come, in per cent."""
    data = _printable(json.dumps(asdict(paper), ensure_ascii=False))
    for attempt in range(_MOST_TRIES):
        progress(10 + 80 * attempt // _MOST_TRIES)
        try:
            return _compiled(data)
        except typst.TypstError as error:
            named = _named(data, str(error))
            if named == data:
                raise PdfError(str(error)) from error
            data = named
    return _compiled(_plain(data))


def _compiled(data: str) -> bytes:
    inputs = {"paper": data}
    return bytes(typst.compile(_TEMPLATE.read_bytes(), format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"]))


def _printable(data: str) -> str:
    """Without what has no shape: control characters (the JSON has escaped those of lines), private and unassigned."""
    data = re.sub(r"\\u00[01][0-9a-f]|\\u007f|\\[bf]", " ", data)
    return "".join("?" if unicodedata.category(sign) in ("Cc", "Co", "Cn", "Cs") else sign for sign in data)


def _named(data: str, error: str) -> str:
    """With the signs that could not be shown as their names."""
    found = _UNSHOWN.search(error)
    signs = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), found[1]) if found else ""
    for sign in sorted(set(signs)):
        if not sign.isascii():  # what JSON itself is made of stays
            data = data.replace(sign, f"[{unicodedata.name(sign, hex(ord(sign)))}]")
    return data


def _plain(data: str) -> str:
    """The last resort: every sign beyond what the fonts surely have, as its code."""
    known = frozenset("–—‘’“”…−•○●◐▲✓✕")
    return "".join(sign if sign < "\u0250" or sign in known else f"[{ord(sign):X}]" for sign in data)
