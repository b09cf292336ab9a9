"""Accounting periods, tertials and ranges of dates: the portal's whole calendar. Pure; the clock is an argument."""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_PERIOD = re.compile(r"(\d{4})-?(\d{2})")
_TERTIAL = re.compile(r"(\d{4})\s*-?T([123])")


class Period(int):
    """An accounting period `YYYYMM`, an int that sorts and stores as one.

    Months 00 (opening) and 13 (closing) are special periods. Raises ValueError for anything else.
    """

    def __new__(cls, value: int | str) -> Self:
        number = int(value)
        if not (190000 <= number <= 299913 and number % 100 <= 13):
            raise ValueError(f"{value!r} is no period YYYYMM")
        return super().__new__(cls, number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `202503` or `2025-03`. Raises ValueError."""
        match = _PERIOD.fullmatch(text.strip())
        if not match:
            raise ValueError(f"{text!r} is no period YYYYMM")
        return cls(match[1] + match[2])

    @classmethod
    def of(cls, day: dt.date) -> Self:
        return cls(day.year * 100 + day.month)

    @property
    def year(self) -> int:
        return self // 100

    @property
    def month(self) -> int:
        """0–13."""
        return self % 100

    @property
    def is_special(self) -> bool:
        return not 1 <= self.month <= 12

    @property
    def first_day(self) -> dt.date:
        """A special period lies in the month it is nearest to."""
        return dt.date(self.year, min(max(self.month, 1), 12), 1)

    @property
    def last_day(self) -> dt.date:
        first = self.first_day
        return first.replace(day=monthrange(first.year, first.month)[1])

    def shift(self, months: int) -> "Period":
        """The ordinary period so many months later (earlier when negative)."""
        years, month = divmod(self.year * 12 + self.first_day.month - 1 + months, 12)
        return Period(years * 100 + month + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def __repr__(self) -> str:
        return f"Period({int(self)})"

    __format__ = int.__format__


def months(first: Period, last: Period) -> Iterator[Period]:
    """The ordinary periods from first to last, both included."""
    period = first if not first.is_special else first.shift(0)
    while period <= last:
        yield period
        period = period.shift(1)


#: Months in a span of the calendar.
YEAR, TERTIAL, MONTH = 12, 4, 1


def divided(
    stretches: Iterable[tuple[Period, Period]], cuts: Collection[Period] = (), *, whole: bool = True
) -> dict[int, list[Period]]:
    """The ordinary months of the stretches, each once, as whole years, tertials and months: a length → the first months
    of its spans. No span lies on both sides of a bound of a stretch, or of a cut, the first month after it. Not
    `whole`: months only."""
    stretches = list(stretches)
    left = {period for first, last in stretches for period in months(first, last)}
    begins = {*cuts, *(first for first, _last in stretches)}
    ends = {last for _first, last in stretches}
    found: dict[int, list[Period]] = {}
    for first in sorted(left):
        for length in (YEAR, TERTIAL, MONTH) if whole else (MONTH,):
            span = [Period(first + number) for number in range(min(length, 13 - first.month))]
            if (first.month - 1) % length or not left.issuperset(span):
                continue
            if begins.isdisjoint(span[1:]) and ends.isdisjoint(span[:-1]):
                found.setdefault(length, []).append(first)
                left.difference_update(span)
                break
    return found


@dataclass(frozen=True, order=True)
class Tertial:
    """A third of a year: T1 Jan–Apr, T2 May–Aug, T3 Sep–Dec. Written `2025T1`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Self:
        return cls(day.year, (day.month - 1) // 4 + 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2025T1`. Raises ValueError."""
        match = _TERTIAL.fullmatch(text.strip().upper())
        if not match:
            raise ValueError(f"{text!r} is no tertial YYYYTn")
        return cls(int(match[1]), int(match[2]))

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.number * 4 - 3, 1)

    @property
    def last_day(self) -> dt.date:
        return Period(self.year * 100 + self.number * 4).last_day

    def shift(self, count: int) -> "Tertial":
        years, index = divmod(self.year * 3 + self.number - 1 + count, 3)
        return Tertial(years, index + 1)

    def __str__(self) -> str:
        return f"{self.year}T{self.number}"


class PeriodField(models.IntegerField):
    """Stores a `Period` as its number."""

    description = _("Period ÅÅÅÅMM")

    def from_db_value(self, value: int | None, *args: object) -> Period | None:
        return None if value is None else Period(value)

    def to_python(self, value: Any) -> Period | None:
        if value is None or isinstance(value, Period):
            return value
        try:
            return Period.parse(str(value)) if isinstance(value, str) else Period(value)
        except (TypeError, ValueError):
            raise ValidationError(_("%(value)s är ingen period (ÅÅÅÅMM)."), params={"value": value}) from None

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        text = {"form_class": forms.CharField, "max_length": 7, "empty_value": None}
        return super(models.IntegerField, self).formfield(**{**text, **kwargs})


class TertialField(models.CharField):
    """Stores a `Tertial` as `2025T1`."""

    description = _("Tertial ÅÅÅÅTn")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 6
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: object) -> Tertial | None:
        return None if value is None else Tertial.parse(value)

    def to_python(self, value: Any) -> Tertial | None:
        if value is None or isinstance(value, Tertial):
            return value
        try:
            return Tertial.parse(str(value))
        except ValueError:
            raise ValidationError(_("%(value)s är ingen tertial (ÅÅÅÅTn)."), params={"value": value}) from None

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def run_validators(self, value: Any) -> None:
        """The form of a tertial is checked by `to_python`; its text has nothing more to check."""


def since(first: dt.date, last: dt.date | None = None) -> DateRange:
    """The days from first to last, both included; without an end when last is None."""
    return DateRange(first, None if last is None else last + dt.timedelta(days=1), "[)")


def year_to_date(period: Period) -> tuple[Period, Period]:
    """First and last period of the year up to `period`; its special periods stay outside."""
    return Period(period.year * 100 + 1), period
