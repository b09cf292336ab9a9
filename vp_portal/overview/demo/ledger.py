"""The demo's ledger, month by month, from a fixed seed: the same day and number of postings give the same files."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import cache

from vp_portal.core.money import split
from vp_portal.core.periods import Period
from vp_portal.overview.demo.spending import Stream, streams

SEED = "verksamhetsplan"
#: Series whose rows come from suppliers or customers: each has a day and a voucher of its own.
_LOOSE = ("LF", "KF", "IN")
#: Of invoices, how many in a thousand are credited, and in December dated in January.
_CREDITED, _LATE = 30, 120


@dataclass(slots=True)
class Line:
    """One row of the file. `day` counts from the first of the month; the voucher's number comes last."""

    stream: Stream
    day: int
    supplier: str
    text: str
    amount: Decimal
    voucher: int = 0


@cache
def _days(period: Period) -> tuple[int, list[int]]:
    """The month's last day and its weekdays."""
    last = period.last_day.day
    return last, [day for day in range(1, last + 1) if period.first_day.replace(day=day).weekday() < 5]


class Ledger:
    """Draws the rows of one period after another.

    Each stream saves money and rows until it has a row to write, so that any number of postings adds up to about
    the same money: with few rows, small streams are written seldom.
    """

    def __init__(self, periods: list[Period], postings: int) -> None:
        self.periods = periods
        self.streams = streams()
        self._rng = random.Random(SEED)  # noqa: S311  # a demo, no secret
        self._money = [Decimal(0)] * len(self.streams)
        self._credit = [Decimal(0)] * len(self.streams)
        self._vouchers: dict[tuple[str, int], int] = defaultdict(int)
        each, rest = divmod(postings, len(periods))
        self._counts = [each + (place < rest) for place in range(len(periods))]
        self._years = self._by_year()

    def _by_year(self) -> dict[int, list[list[tuple[Decimal, Decimal]]]]:
        """Year → per stream, (amount, rows due) of each month."""
        last = self.periods[-1].year
        return {
            year: [stream.by_month(year, last - year, f"{SEED} {place}") for place, stream in enumerate(self.streams)]
            for year in {period.year for period in self.periods}
        }

    def months(self) -> Iterator[tuple[Period, list[Line]]]:
        for period, count in zip(self.periods, self._counts, strict=True):
            lines: list[Line] = []
            for place, number in self._shares(period, count):
                lines += self._lines(place, number, period)
            yield period, self._numbered(sorted(lines, key=lambda line: (line.stream.series, line.day)), period)

    def _shares(self, period: Period, count: int) -> list[tuple[int, int]]:
        """(stream, rows) of a month, `count` rows in all; what is left over goes where most money waits."""
        due = [months[period.month - 1] for months in self._years[period.year]]
        scale = count / sum((rows for _, rows in due), Decimal(0))
        numbers = []
        for place, (amount, rows) in enumerate(due):
            self._money[place] += amount
            self._credit[place] += rows * scale
            numbers.append(max(int(self._credit[place].to_integral_value(ROUND_FLOOR)), 0) if self._money[place] else 0)
        self._fit(numbers, count)
        for place, number in enumerate(numbers):
            self._credit[place] -= number
        return [(place, number) for place, number in enumerate(numbers) if number]

    def _fit(self, numbers: list[int], count: int) -> None:
        """Adds rows where money waits without one, then where most rows are due; takes from the longest."""
        waiting = sorted(
            (place for place, number in enumerate(numbers) if not number and self._money[place]),
            key=lambda place: (-abs(self._money[place]), place),
        )
        for place in waiting[: max(count - sum(numbers), 0)]:
            numbers[place] = 1
        while (missing := count - sum(numbers)) != 0:
            step = 1 if missing > 0 else -1
            longest = sorted(range(len(numbers)), key=lambda place: (-numbers[place], place))
            for place in longest[: abs(missing)]:
                if numbers[place]:
                    numbers[place] += step

    def _lines(self, place: int, number: int, period: Period) -> Iterator[Line]:
        stream, rng = self.streams[place], self._rng
        loose = stream.series in _LOOSE
        low, high = (40, 100) if loose else (80, 120)
        amounts = split(self._money[place], [Decimal(rng.randint(low, high) ** 2) for _ in range(number)])
        self._money[place] = Decimal(0)
        for amount in self._credited(amounts) if loose and number > 3 else amounts:
            text = stream.text(rng, period)
            yield Line(
                stream=stream,
                day=self._day(stream, period),
                supplier=rng.choice(stream.suppliers) if stream.suppliers else "",
                text=f"Kredit: {text}" if loose and (amount < 0) != (stream.yearly < 0) else text,
                amount=amount,
            )

    def _credited(self, amounts: list[Decimal]) -> list[Decimal]:
        """Some rows turned into credits, each made good by the row after: the sum stays."""
        for index in range(0, len(amounts) - 1, 2):
            if self._rng.randrange(1000) < _CREDITED * 2:
                amounts[index + 1] += 2 * amounts[index]
                amounts[index] = -amounts[index]
        return amounts

    def _day(self, stream: Stream, period: Period) -> int:
        """Counted from 1; above the month's last day it lies in the month after."""
        last, weekdays = _days(period)
        if stream.series == "LÖ":
            return 25
        if stream.series not in _LOOSE:
            return last
        if period.month == 12 and period != self.periods[-1] and self._rng.randrange(1000) < _LATE:
            return last + self._rng.randint(2, 10)
        return self._rng.choice(weekdays)

    def _numbered(self, lines: list[Line], period: Period) -> list[Line]:
        """With voucher numbers: one per row for suppliers and customers, else one per cost centre and month."""
        previous = None
        for line in lines:
            series = line.stream.series
            key = (series, period.year)
            voucher = (series, line.stream.cost_centre)
            if series in _LOOSE or voucher != previous:
                self._vouchers[key] += 1
            previous = voucher
            line.voucher = self._vouchers[key]
        return lines
