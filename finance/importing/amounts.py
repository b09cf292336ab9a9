"""Amounts as people and programs write them, read to the öre or not at all.

The table in `ledger-formats` is the source: never a guess, never a float.
"""

import re
from collections.abc import Iterable
from decimal import Decimal, localcontext

from django.utils.translation import gettext as _

from finance.importing.problems import ValueProblem
from vp_portal.core.money import ORE

SPACES = " \t\u00a0\u202f\u2009\u2007"
_MINUS = "-\u2212\u2013\u2010\u2011"
_TRAILING_MINUS = "-\u2212"
_SUFFIX = re.compile(rf"[{SPACES}]*(?:kr\.?|sek|:-|,-)\Z", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[0-9.,]+e[+-]?[0-9]+\Z", re.IGNORECASE)
_LIMIT = Decimal(10) ** 12
_MOST_DIGITS = 30
OTHER_MARK = {",": ".", ".": ","}


def _number(mark: str | None) -> re.Pattern[str]:
    """Digits, in groups of three by one kind of separator or in none, with decimals after the mark."""
    groups = rf"[{SPACES}'’{re.escape(OTHER_MARK[mark]) if mark else ''}]"
    decimals = rf"(?:{re.escape(mark)}([0-9]+))?" if mark else "()"
    whole = rf"([0-9]{{1,3}}(?:({groups})[0-9]{{3}}(?:\2[0-9]{{3}})*)|[0-9]+{'|' if mark else ''})"
    return re.compile(rf"{whole}{decimals}\Z")


_NUMBERS = {mark: _number(mark) for mark in (",", ".", None)}
_LOOKS_LIKE_A_NUMBER = re.compile(rf"[0-9{SPACES}'’.,]+\Z")


def _unsigned(text: str) -> tuple[str, int]:
    """The text without its signs, and the sign: 1 or -1. Suffixes go on the way."""
    signs = []
    core = _SUFFIX.sub("", text, count=1)
    if core.startswith("(") and core.endswith(")"):
        signs.append(-1)
        core = core[1:-1].strip(SPACES)
        core = _SUFFIX.sub("", core, count=1) if text.endswith(")") else core
    while core and core[0] in _MINUS + "+":
        signs.append(1 if core[0] == "+" else -1)
        core = core[1:].strip(SPACES)
    if core.startswith("(") and core.endswith(")"):
        signs += [-1, -1]
    while core and core[-1] in _TRAILING_MINUS:
        signs.append(-1)
        core = core[:-1].rstrip(SPACES)
    if len(signs) > 1:
        raise ValueProblem(_("dubbelt tecken"))
    return core, signs[0] if signs else 1


def _refuse_known_oddities(text: str) -> None:
    if not text:
        raise ValueProblem(_("belopp saknas"))
    if text.startswith("#"):
        raise ValueProblem(_("felvärde från ett kalkylark"))
    if text.startswith("?"):
        raise ValueProblem(_("tecknet har gått förlorat (? i stället för minus)"))
    if _SCIENTIFIC.match(text.lstrip(_MINUS + "+")):
        raise ValueProblem(_("skrivet med exponent: siffror kan ha gått förlorade"))


def _problem(core: str, mark: str | None) -> str:
    """Why a text without signs is no number."""
    if not _LOOKS_LIKE_A_NUMBER.match(core):
        return _("inget belopp")
    if mark is None and ("," in core or "." in core):
        return _("tvetydigt: komma eller punkt kan vara decimaltecken eller tusental. Ange decimaltecken i en profil")
    return _("siffergrupperna stämmer inte")


def parse_amount(raw: str, mark: str | None, scale: Decimal = Decimal(1)) -> Decimal:
    """Kronor with two decimals. `mark` is the decimal mark, None when the column leaves doubt about it.

    `scale` is the unit that the file writes in: 0.01 for öre, 1000 for tkr. Raises ValueProblem.
    """
    text = raw.strip(SPACES)
    _refuse_known_oddities(text)
    core, sign = _unsigned(text)
    match = _NUMBERS[mark].match(core)
    if not match or not core:
        raise ValueProblem(_problem(core, mark))
    digits = re.sub(r"[^0-9]", "", match[1])
    decimals = (match[3] or "").rstrip("0")
    if len(digits) + len(decimals) > _MOST_DIGITS:
        raise ValueProblem(_("för stort belopp"))
    with localcontext(prec=60):
        value = Decimal(f"{digits or 0}.{decimals or 0}") * scale
        if value >= _LIMIT:
            raise ValueProblem(_("för stort belopp"))
        if value != value.quantize(ORE):
            raise ValueProblem(_("mer än två decimaler"))
        return (sign * value).quantize(ORE) + 0


def _proven_mark(core: str) -> str | None:
    """The decimal mark that a written number proves; "?" when it can be read in two ways; None when it has none."""
    marks = [char for char in core if char in ",."]
    if not marks:
        return None
    last = marks[-1]
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else "?"
    if len(marks) > 1:
        return OTHER_MARK[last]
    before, after = core.split(last)
    return "?" if len(after) == 3 and 1 <= len(before) <= 3 else last


def find_mark(values: Iterable[str]) -> str | None:
    """The decimal mark of a column, from its values or from their shapes (any digits). None: it leaves doubt."""
    keep = re.compile(r"[^0-9.,]")
    proofs = {_proven_mark(keep.sub("", _SUFFIX.sub("", value.strip(SPACES)))) for value in values} - {None}
    if not proofs:
        return ","
    certain = proofs - {"?"}
    return certain.pop() if len(certain) == 1 else None
