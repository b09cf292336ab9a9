"""Days in the demo's tables: fixed ones, and ones that follow the day on which the demo is loaded."""

import datetime as dt
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from vp_portal.core.periods import Period, Tertial

LEDGER_MONTHS = 30


@dataclass(frozen=True)
class Calendar:
    """`M-14` is the first day of the month 14 months before today's, `T+1` the tertial after today's."""

    today: dt.date

    def day(self, text: str) -> dt.date | None:
        """From `2019-04-01`, `M-14` or nothing."""
        if not text:
            return None
        if text.startswith("M"):
            return Period.of(self.today).shift(int(text[1:])).first_day
        return dt.date.fromisoformat(text)

    def valid(self, row: dict[str, str]) -> DateRange:
        """The days from `first` to the one before `before`."""
        return DateRange(self.day(row["first"]), self.day(row["before"]), "[)")

    def tertial(self, text: str) -> Tertial:
        """From `T-2`, or `-2`."""
        return Tertial.of(self.today).shift(int(text.removeprefix("T")))

    @property
    def began(self) -> dt.datetime:
        """When the plan was read in: before anybody reported on it."""
        return dt.datetime.combine(self.tertial("T-4").first_day, dt.time(9), timezone.get_current_timezone())

    @property
    def periods(self) -> list[Period]:
        """The months with postings, the last one before today's month last."""
        return [Period.of(self.today).shift(-back) for back in range(LEDGER_MONTHS, 0, -1)]
