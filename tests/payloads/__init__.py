"""Known attacks as data: one a line in `<kind>.txt`, with escapes as in Python. `#` begins a remark."""

from pathlib import Path

FOLDER = Path(__file__).parent


def payloads(kind: str) -> list[str]:
    lines = (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [unescaped(line) for line in lines if line and not line.startswith("#")]


def unescaped(line: str) -> str:
    r"""`\n`, `\x00`, `\u2028`, `\\` as the characters they stand for; all else as written."""
    return line.encode("latin-1", "backslashreplace").decode("unicode_escape")
