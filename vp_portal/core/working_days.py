"""Which days people work in Sweden. Pure; the days are arguments."""

import datetime as dt
from functools import lru_cache

import holidays

_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=64)
def days_off(year: int) -> frozenset[dt.date]:
    """Bank holidays, and the three eves that the law of annual leave (SFS 1977:480, 3 a §) counts as Sundays."""
    public = set(holidays.country_holidays("SE", years=year))
    midsummer_eve = next(day for day in (dt.date(year, 6, 19 + n) for n in range(7)) if day.weekday() == 4)
    return frozenset(public | {midsummer_eve, dt.date(year, 12, 24), dt.date(year, 12, 31)})


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in days_off(day.year)


def on_or_after(day: dt.date) -> dt.date:
    """The day itself if people work then, else the next day that they do."""
    while not is_working_day(day):
        day += _DAY
    return day


def shift(day: dt.date, count: int) -> dt.date:
    """So many working days after a day, or before it when the count is negative; 0 is the day itself."""
    step = _DAY if count > 0 else -_DAY
    for _each in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day
