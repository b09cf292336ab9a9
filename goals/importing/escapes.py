"""Backslashes that keep a text from being taken for structure when it is written on a line of a plan document.

Inside a text nothing has a meaning but to Markdown itself; at its start `#`, `1.` or `-` would, and at the end of a
heading `#` would. Reading takes the backslash away again, so that texts are kept to the letter.
"""

import re

from goals.markdown import dialect

_START = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_NUMBER = re.compile(r"(\d{1,9})\\(?=[\\.)])")
_END = re.compile(r"\\(#+)$")


def escape_item(text: str) -> str:
    """A text of one line as it can stand after `1. `."""
    if _START.match(text) or _NUMBER.match(text):
        return "\\" + text if _START.match(text) else _NUMBER.sub(r"\1\\\\", text, count=1)
    if _reads_as_text(text):
        return text
    number = re.match(r"\d{1,9}(?=[.)])", text)
    return f"{number[0]}\\{text[number.end() :]}" if number else "\\" + text


def unescape_item(text: str) -> str:
    number = _NUMBER.match(text)
    if number:
        return number[1] + text[number.end() :]
    return text[1:] if _START.match(text) else text


def _reads_as_text(text: str) -> bool:
    tokens = dialect().disable("inline").parse(f"1. {text}")
    kinds = [token.type for token in tokens]
    return kinds[2:4] == ["paragraph_open", "inline"] and len(kinds) == 7 and tokens[3].content == text


def escape_title(text: str) -> str:
    """A heading's text as it can stand after its number."""
    hashes = re.search(r"(?:^|(?<=[ \t]))#+$", text) or _END.search(text)
    return f"{text[: hashes.start()]}\\{hashes[0]}" if hashes else text


def unescape_title(text: str) -> str:
    return _END.sub(r"\1", text)
