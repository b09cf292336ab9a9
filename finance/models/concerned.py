"""Which line manager a row concerns: the unit that its cost centre belonged to when it was booked, and units above."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth.models import AnonymousUser

from finance.models.codes import CostCentreUnit
from services.access import person_of
from services.models import UnitManager, UnitParent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

FIRST, LAST = Period(190000), Period(299913)


class Days(NamedTuple):
    """From the first day, up to but not the second; None is open."""

    first: dt.date | None
    end: dt.date | None

    def within(self, other: "Days") -> "Days | None":
        """The days of both, None when there are none."""
        first = max((day for day in (self.first, other.first) if day), default=None)
        end = min((day for day in (self.end, other.end) if day), default=None)
        return None if first and end and first >= end else Days(first, end)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and (not self.first or self.first <= day) and (not self.end or day < self.end)

    def periods(self) -> tuple[Period, Period] | None:
        """The periods whose last day is among the days. The special ones go with January and December."""
        first, last = FIRST, LAST
        if self.first:
            first = Period.of(self.first)
            first = Period(first - 1) if first.month == 1 else first
        if self.end:
            last = Period.of(self.end).shift(-1)
            last = Period(last + 1) if last.month == 12 else last
        return (first, last) if first <= last else None


@dataclass(frozen=True)
class Concerned:
    """A line manager's cost centres: those of own units on the day, and by stretches of periods. `units` are own
    units and those below them, with the days on which they were."""

    now: frozenset[int] = frozenset()
    stretches: Mapping[tuple[Period, Period], frozenset[int]] = field(default_factory=dict)
    units: Sequence[tuple[int, Days]] = ()

    @property
    def every(self) -> frozenset[int]:
        return self.now.union(*self.stretches.values())


NOBODYS = Concerned()


ALWAYS = Days(None, None)


def concerned(user: "User | AnonymousUser", on: dt.date) -> Concerned:
    """The cost centres of the units that the user manages on the day. One query for those who manage none, else three.

    The tree and the cost centres' units are those of each period's last day: a unit that was moved here brings
    nothing that was booked before.
    """
    person = person_of(user)
    roots = UnitManager.objects.on(on).filter(person=person.pk).values_list("unit_id", flat=True) if person else ()
    units = list(units_below(list(roots)))
    if not units:
        return NOBODYS
    links: dict[int, list[tuple[int, Days]]] = defaultdict(list)
    for centre, unit, valid in CostCentreUnit.objects.values_list("cost_centre_id", "unit_id", "valid"):
        links[unit].append((centre, Days(valid.lower, valid.upper)))
    found = [
        (centre, days)
        for unit, managed in units
        for centre, valid in links.get(unit, ())
        if (days := valid.within(managed))
    ]
    return Concerned(frozenset(centre for centre, days in found if on in days), _by_stretch(found), units)


def _by_stretch(found: Iterable[tuple[int, Days]]) -> dict[tuple[Period, Period], frozenset[int]]:
    stretches: dict[tuple[Period, Period], set[int]] = defaultdict(set)
    for centre, days in found:
        if periods := days.periods():
            stretches[periods].add(centre)
    return {periods: frozenset(centres) for periods, centres in sorted(stretches.items())}


def units_below(roots: list[int]) -> Iterator[tuple[int, Days]]:
    """The units and all that have ever been below them, with the days on which they were. One query, none without
    roots. A circle in the data is cut."""
    children: dict[int, list[tuple[int, Days]]] = defaultdict(list)
    for unit, parent, valid in UnitParent.objects.values_list("unit_id", "parent_id", "valid") if roots else ():
        children[parent].append((unit, Days(valid.lower, valid.upper)))

    def walk(unit: int, days: Days, above: frozenset[int]) -> Iterator[tuple[int, Days]]:
        yield unit, days
        for child, valid in children.get(unit, ()):
            if child not in above and (shared := valid.within(days)):
                yield from walk(child, shared, above | {child})

    for root in roots:
        yield from walk(root, ALWAYS, frozenset([root]))
