"""Passwords that have leaked somewhere: a file of the installation's, never a question to another machine.

The file is the one of Have I Been Pwned, in the order of its hashes: one line each, SHA-1 in 40 hexadecimal figures, a
colon and how often it was seen. It has some 40 GB, so it is looked up where it lies.
"""

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

_LINE = re.compile(rb"[0-9A-Fa-f]{40}(:\d+)?\r?\n?")
#: No line is longer: 40 figures, a colon, a count, the end.
_LONGEST = 64


class UnreadableError(Exception):
    """The file is not one of leaked passwords; the text says why, in Swedish."""


def is_leaked(password: str, path: Path) -> bool:
    """Raises OSError where the file can't be read: a password that can't be tried is not taken."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        line = _first_from(file, wanted)
    return line[:40].upper() == wanted


def check(path: Path) -> int:
    """How large the file is, in bytes, when it looks right at its ends and in between. Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            lines = [_line_at(file, size * part // 100) for part in range(100)]
    except OSError as error:
        raise UnreadableError(f"{path} går inte att läsa: {error.strerror}.") from error
    lines = [line for line in lines if line]
    if not lines or not all(_LINE.fullmatch(line) for line in lines):
        raise UnreadableError(f"{path} har inte en SHA-1 med 40 tecken först på varje rad.")
    if lines != sorted(lines, key=lambda line: line[:40].upper()):
        raise UnreadableError(f"{path} är inte sorterad efter SHA-1: hämta varianten som är ordnad efter hash.")
    return size


def _first_from(file: BinaryIO, wanted: bytes) -> bytes:
    """The first line that is not before `wanted`: halves what is left, from offset to offset."""
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        line = _line_at(file, middle)
        if line and line[:40].upper() < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_at(file, low)


def _line_at(file: BinaryIO, offset: int) -> bytes:
    """The first line that begins at the offset or after it; empty behind the last one."""
    file.seek(max(offset - 1, 0))
    if offset:
        file.readline(_LONGEST)
    return file.readline(_LONGEST)
