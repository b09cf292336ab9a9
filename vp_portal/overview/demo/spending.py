"""What the demo department spends and earns in a year: streams of money from its tables."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from vp_portal.core.money import split
from vp_portal.core.periods import MONTHS, Period
from vp_portal.overview.demo.files import rows

#: How a year's amount falls on its months. `even` and `lumpy` are drawn anew each year.
_PATTERNS = {
    "steady": [1] * 12,
    "salary": [100] * 9 + [103] * 3,
    "quarter": [1, 0, 0] * 4,
    "winter": [14, 13, 11, 8, 6, 5, 5, 5, 6, 8, 10, 13],
    "terms": [14, 8, 6, 5, 6, 10, 2, 20, 13, 6, 5, 3],
    "summer": [3, 2, 3, 4, 8, 26, 20, 18, 6, 4, 3, 3],
    "exams": [18, 3, 14, 4, 8, 16, 0, 10, 3, 11, 3, 10],
} | {name: [int(place == month) for place in range(12)] for month, name in enumerate(MONTHS)}

#: A month's salary in accounts: share of gross pay in per mille, rows a year for one full time, text.
_PAY = (
    ("40111", 930, 60, "Lön {month}"),
    ("40211", 30, 20, "Övertid och beredskap {month}"),
    ("40311", 20, 20, "Semesterlöneskuld {month}"),
    ("40911", 20, 10, "Sjuklön {month}"),
    ("41111", 314, 60, "Arbetsgivaravgift {month}"),
    ("42111", 256, 36, "Avtalsförsäkring {month}"),
)
_SERIES = {"3": "KF", "4": "LF", "5": "LF", "6": "AV", "9": "IN"}


@dataclass(frozen=True)
class Stream:
    """One code string's money: `yearly` kronor this year (cost positive), in per cent of that the years before."""

    cost_centre: str
    project: str
    activity: str
    funder: str
    account: str
    series: str
    suppliers: tuple[str, ...]
    yearly: Decimal
    past: tuple[int, int]
    pattern: str
    rows: int
    texts: tuple[str, ...]

    def in_year(self, years_ago: int) -> Decimal:
        """Kronor in a year: 0 is this year. Earlier than two years ago is as two years ago."""
        percent = (100, *self.past)[min(years_ago, 2)]
        return self.yearly * percent / 100

    def by_month(self, year: int, years_ago: int, seed: str) -> list[tuple[Decimal, Decimal]]:
        """(amount, rows due) of each of the year's months."""
        weights = [Decimal(weight) for weight in self._weights(random.Random(f"{seed} {year}"))]  # noqa: S311  # a demo, no secret
        amounts = split(self.in_year(years_ago).quantize(Decimal("0.01")), weights)
        whole = sum(weights)
        return [(amount, self.rows * weight / whole) for amount, weight in zip(amounts, weights, strict=True)]

    def _weights(self, rng: random.Random) -> list[int]:
        if self.pattern == "even":
            return [rng.randint(93, 107) for _ in range(12)]
        if self.pattern == "lumpy":
            lumps = [rng.choice((0, 4, 8, 10, 12, 25)) for _ in range(12)]
            return lumps if any(lumps) else [1] * 12
        return _PATTERNS[self.pattern]

    def text(self, rng: random.Random, period: Period) -> str:
        return rng.choice(self.texts).format(year=period.year, month=str(period))


def streams() -> list[Stream]:
    return [*_salaries(), *_spending()]


def _salaries() -> Iterator[Stream]:
    """Pay of nobody in particular: the tables hold full-time equivalents per cost centre and project."""
    for row in rows("demo/salaries"):
        pay = Decimal(row["fte"]) * Decimal(row["monthly_salary"]) * 12
        for account, per_mille, rows_each, text in _PAY:
            yield Stream(
                **_codes(row),
                account=account,
                series="LÖ",
                suppliers=(),
                yearly=pay * per_mille / 1000,
                past=(int(row["last_year"]), int(row["two_years_ago"])),
                pattern="lumpy" if account == "40911" else "salary",
                rows=max(int(Decimal(row["fte"]) * rows_each), 1),
                texts=(text,),
            )


def _spending() -> Iterator[Stream]:
    for row in rows("demo/spending"):
        yield Stream(
            **_codes(row),
            account=row["account"],
            series=_series(row),
            suppliers=tuple(filter(None, row["suppliers"].split("|"))),
            yearly=Decimal(row["yearly"]),
            past=(int(row["last_year"]), int(row["two_years_ago"])),
            pattern=row["pattern"],
            rows=int(row["rows"]),
            texts=tuple(row["texts"].split("|")),
        )


def _codes(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in ("cost_centre", "project", "activity", "funder")}


def _series(row: dict[str, str]) -> str:
    if not row["suppliers"] and row["account"].startswith("5"):
        return "OH"
    return "BO" if row["account"].startswith("301") else _SERIES[row["account"][0]]
