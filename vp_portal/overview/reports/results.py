"""Expected results on the screens of the overview: mine, their distribution, and how they moved."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from goals.choices import STATUS_ORDER, STATUS_TONE, Status
from goals.reports import ResultRow, results_with_status
from vp_portal.core import small_charts
from vp_portal.core.periods import Tertial

#: From what needs care to what needs none.
_SHOWN = (Status.RISK, Status.WATCH, Status.ON_PLAN, Status.NOT_STARTED, Status.ACHIEVED, Status.CANCELLED)


@dataclass(frozen=True)
class Standing:
    """How some results stand: counts per status in words and as a bar, and how many moved since a day."""

    count: int
    parts: tuple[small_charts.Part, ...]
    words: str
    better: int
    worse: int
    since: dt.date
    tone: str

    @property
    def moves(self) -> str:
        """`1 bättre, 2 sämre`, or that nothing moved."""
        words = []
        if self.better:
            words.append(_("%(count)s bättre") % {"count": self.better})
        if self.worse:
            words.append(_("%(count)s sämre") % {"count": self.worse})
        return ", ".join(words) or _("oförändrat")


def standing(rows: Sequence[ResultRow], before: Sequence[ResultRow], since: dt.date) -> Standing:
    """Out of the rows of today and those as they stood at the end of `since`. Pure."""
    counts = Counter(row.status_code for row in rows)
    then = {row.number: _place(row) for row in before}
    moves = [(then.get(row.number), _place(row)) for row in rows]
    known = [(old, new) for old, new in moves if old is not None and new is not None]
    parts = status_parts(rows)
    return Standing(
        count=len(rows),
        parts=parts,
        words=" · ".join(f"{part.count} {part.label}" for part in parts),
        better=sum(new < old for old, new in known),
        worse=sum(new > old for old, new in known),
        since=since,
        tone="risk" if counts[Status.RISK] else "watch" if counts[Status.WATCH] else "ok" if rows else "muted",
    )


def status_parts(rows: Iterable[ResultRow]) -> tuple[small_charts.Part, ...]:
    """Counts per status, the worst first, as pieces of one bar. Pure."""
    counts = Counter(row.status_code for row in rows)
    listed = [(str(status.label).lower(), counts[status], STATUS_TONE[status]) for status in _SHOWN]
    return tuple(small_charts.parts(listed))


@dataclass(frozen=True)
class Stood:
    """Some results as of a day, and as they stood at the end of the tertial before the day's own."""

    rows: tuple[ResultRow, ...]
    before: tuple[ResultRow, ...]
    since: dt.date

    @property
    def standing(self) -> Standing:
        return standing(self.rows, self.before, self.since)


def stood(results: Any, on: dt.date) -> Stood:
    since = Tertial.of(on).shift(-1).last_day
    return Stood(tuple(results_with_status(results, on)), tuple(results_with_status(results, since)), since)


def worst_first(rows: Iterable[ResultRow]) -> list[ResultRow]:
    order = {status: place for place, status in enumerate(_SHOWN)}
    return sorted(rows, key=lambda row: (order[row.status_code], row.number))


def _place(row: ResultRow) -> int | None:
    return STATUS_ORDER.index(row.counts_as) if row.counts_as else None
