"""Others' sensitive cost as sums per unit and month: the one place where those who may not see the rows meet it.

Only what is sensitive. What is more sensitive, such as sick pay, is never added up for them: how many people a sum
of it holds is not known. `rule_of_five` says which units are told, month by month.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Sum

from finance.choices import Sensitivity, TotalBy
from finance.models import CostCentreUnit, CostTotal
from finance.models.concerned import Days
from finance.models.scope import gets_sums, sight
from finance.reports.economy import ZERO
from finance.reports.rule_of_five import below, told
from services.models import OrgUnit, UnitMembership
from vp_portal.core.models import User
from vp_portal.core.periods import Period, since

#: Rows that hold from–to: what they are about, and their days.
Valid = Sequence[tuple[int, int, Days]]


@dataclass(frozen=True)
class Register:
    """The dated rows that the sums are made by: units, (unit, parent), (cost centre, unit) and (person, unit)."""

    units: Sequence[tuple[int, Days]]
    parents: Valid
    centres: Valid
    people: Valid
    #: Units that the user manages now, and those below them with the days on which they were.
    managed: Sequence[tuple[int, Days]]

    def on(self, period: Period) -> "Month":
        """The tree of the period's last day, with everyone who worked in a unit on some day of the month.

        Without the people of units that the user manages: their rows are no secret.
        """
        day, month = period.last_day, Days(period.first_day, period.last_day + dt.timedelta(days=1))
        there = {unit for unit, days in self.units if day in days}
        known = {unit for unit, days in self.managed if day in days}
        parent = {unit: above for unit, above, days in self.parents if day in days and {unit, above} <= there}
        people: dict[int, set[int]] = defaultdict(set)
        for person, unit, days in self.people:
            if unit in there - known and days.within(month):
                people[unit].add(person)
        centres = {centre: unit for centre, unit, days in self.centres if day in days and unit in there}
        return Month(frozenset(there), parent, centres, people, frozenset(known))


@dataclass(frozen=True)
class Month:
    """The organisation of a month."""

    units: frozenset[int]
    parent: dict[int, int]
    unit_of: dict[int, int]
    people: dict[int, set[int]]
    known: frozenset[int]

    @cached_property
    def children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for unit, above in sorted(self.parent.items()):
            found[above].append(unit)
        return found

    @property
    def roots(self) -> list[int]:
        """Units in a circle are under no root."""
        return sorted(self.units - self.parent.keys())

    def sums(self, by_centre: dict[int, Decimal]) -> dict[int, Decimal]:
        """Unit → sum, units below included, of the units that are told."""
        own: dict[int, Decimal] = defaultdict(Decimal)
        for centre, amount in by_centre.items():
            if centre in self.unit_of:
                own[self.unit_of[centre]] += amount
        empty = {unit for unit in self.units if not self.people.get(unit) and (unit in self.known or unit not in own)}
        return {
            unit: sum((own[one] for one in below(self.children, unit)), ZERO)
            for unit in told(self.children, self.roots, self.people, empty)
        }


def published(user: User | AnonymousUser, on: dt.date, periods: Collection[Period]) -> dict[Period, dict[int, Decimal]]:
    """Period → unit → sensitive cost, units below included, where it can be told. Four queries.

    Empty for those who get none. The special periods are never told.
    """
    wanted = [period for period in periods if not period.is_special]
    if not wanted or not gets_sums(user):
        return {}
    register, costs = _register(user, on, wanted), _costs(wanted)
    return {period: register.on(period).sums(costs[period]) for period in wanted}


def _costs(periods: Collection[Period]) -> dict[Period, dict[int, Decimal]]:
    """Period → cost centre → sensitive cost."""
    rows = (
        CostTotal.objects.filter(by=TotalBy.COST_CENTRE)
        .in_force()
        .costs()
        .filter(period__in=periods, sensitivity=Sensitivity.SENSITIVE, cost_centre__isnull=False)
        .order_by()
        .values_list("period", "cost_centre")
        .annotate(total=Sum("amount"))
    )
    found: dict[Period, dict[int, Decimal]] = defaultdict(dict)
    for period, centre, total in rows:
        found[period][centre] = total
    return found


def _register(user: User | AnonymousUser, on: dt.date, periods: Collection[Period]) -> Register:
    days = (min(periods).first_day, max(periods).last_day)
    working = UnitMembership.objects.filter(valid__overlap=since(*days))
    tree = list(OrgUnit.objects.values_list("pk", "valid", "parent_rows__parent", "parent_rows__valid"))
    return Register(
        units=[(unit, Days(valid.lower, valid.upper)) for unit, valid, _parent, _there in tree],
        parents=_valid((unit, parent, there) for unit, _valid, parent, there in tree if parent),
        centres=_valid(CostCentreUnit.objects.values_list("cost_centre_id", "unit_id", "valid")),
        people=_valid(working.values_list("person_id", "unit_id", "valid")),
        managed=sight(user, on).concerned.units,
    )


def _valid(rows: Iterable[tuple[int, int, object]]) -> Valid:
    return [(one, other, Days(valid.lower, valid.upper)) for one, other, valid in rows]  # type: ignore[attr-defined]  # a DateRange
