"""Periods and dates as ledger files write them. A period never comes from a date."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from finance.importing.amounts import SPACES
from finance.importing.problems import ValueProblem
from vp_portal.core.periods import MONTHS, Period

_ENGLISH = {"may": 5, "oct": 10}
_NUMERIC = re.compile(r"([0-9]{4})([0-9]{2})|([0-9]{2})([0-9]{2})|([0-9]{4})\s*[-/M]\s*([0-9]{1,2})", re.IGNORECASE)
_WORDS = re.compile(r"([a-zåäö]{3,9})\.?[\s/-]*([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})\s+([0-9]{4})")


def _month_of(word: str) -> int | None:
    """1–12 from a Swedish or English month name or its first three letters."""
    word = word.lower()
    for number, name in enumerate(MONTHS, start=1):
        if word in {name, name[:3]} or (word == "sept" and number == 9):
            return number
    return _ENGLISH.get(word)


def _full_year(text: str) -> int:
    """Two digits mean 1970–2069."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def parse_period(raw: str) -> Period:
    """An accounting period; months 00 and 13 are special periods, kept apart. Raises ValueProblem."""
    text = raw.strip(SPACES)
    if not text:
        raise ValueProblem(_("period saknas"))
    if match := _NUMERIC.fullmatch(text):
        year, month = (part for part in match.groups() if part is not None)
        number = int(month)
    elif (match := _WORDS.fullmatch(text)) and (found := _month_of(match[1])):
        year, number = match[2], found
    else:
        raise ValueProblem(_("ingen period (ÅÅÅÅMM)"))
    if number > 13:
        raise ValueProblem(_("månaden är över 13"))
    try:
        return Period(_full_year(year) * 100 + number)
    except ValueError:
        raise ValueProblem(_("ingen period (ÅÅÅÅMM)")) from None


def parse_date(raw: str) -> dt.date | None:
    """A day, None when nothing is written. Raises ValueProblem, also for a day that does not exist."""
    text = raw.strip(SPACES)
    if not text:
        return None
    if match := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise ValueProblem(_("inget datum (ÅÅÅÅ-MM-DD)"))
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueProblem(_("dagen finns inte")) from None
