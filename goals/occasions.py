"""The occasions of the follow-up: a tertial, or a month of it where a result is followed up monthly. Pure."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, total_ordering

from django.utils.text import capfirst

from vp_portal.core import formatting
from vp_portal.core.periods import Period, Tertial


@total_ordering
@dataclass(frozen=True)
class Occasion:
    """What a check-in reports on. Of those that end on the same day, the whole tertial comes last."""

    tertial: Tertial
    month: Period | None = None

    @classmethod
    def of(cls, day: dt.date, *, monthly: bool = False) -> "Occasion":
        return cls(Tertial.of(day), Period.of(day) if monthly else None)

    @classmethod
    def parse(cls, text: str) -> "Occasion":
        """From `2025T2` or `2025-07`. Raises ValueError."""
        if "T" in text.upper():
            return cls(Tertial.parse(text))
        month = Period.parse(text)
        if month.is_special:
            raise ValueError(f"{text!r} is no month")
        return cls(Tertial.of(month.first_day), month)

    @property
    def first_day(self) -> dt.date:
        return self.month.first_day if self.month else self.tertial.first_day

    @cached_property
    def last_day(self) -> dt.date:
        return self.month.last_day if self.month else self.tertial.last_day

    @property
    def label(self) -> str:
        return capfirst(formatting.period_name(self.month)) if self.month else formatting.tertial(self.tertial)

    def shift(self, count: int) -> "Occasion":
        if self.month:
            month = self.month.shift(count)
            return Occasion(Tertial.of(month.first_day), month)
        return Occasion(self.tertial.shift(count))

    def __lt__(self, other: "Occasion") -> bool:
        return (self.last_day, self.month is None) < (other.last_day, other.month is None)

    def __str__(self) -> str:
        """As in an address or a form."""
        return str(self.month) if self.month else str(self.tertial)
