"""Measures that the portal computes: the definitions, by their codes.

A definition is functions of the data and a day, registered by the floor that can see all the data when the portal
starts. One that isn't registered isn't there. A change that makes old values incomparable raises its version.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from goals.choices import Direction

if TYPE_CHECKING:
    from vp_portal.core.models import User

Number = Decimal | int


@dataclass(frozen=True)
class Outcome:
    """A value as of a day with what it is made of. `value` None is "no data": nothing to divide by.

    `net` is the same ratio with credits taken off, for ratios of money, whose own amounts are absolute.
    """

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    net: Decimal | None = None


@dataclass(frozen=True)
class FailingRow:
    """Something that keeps the value from its target: what, why, and the address where it is put right, with the
    link's words. `unit` is the code of the unit that it belongs to, `amount` is in kronor."""

    what: str
    why: str
    url: str = ""
    repair: str = ""
    repair_words: str = ""
    unit: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class Failing:
    """The rows that a reader may see, and how many more there are."""

    rows: tuple[FailingRow, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class UnitValue:
    """The measure of one unit, those below it included."""

    code: str
    name: str
    depth: int
    outcome: Outcome


@dataclass(frozen=True)
class Definition:
    """`compute` is the same for every reader; `failing` is what one reader may see. `sees_amounts`: who may see
    numerator and denominator, where they are kronor. `of_plan`: about the plan itself, not one result."""

    code: str
    name: str | Promise
    unit: str | Promise
    direction: Direction
    text: str | Promise
    compute: Callable[[dt.date], Outcome]
    failing: "Callable[[dt.date, User], Failing] | None" = None
    by_unit: Callable[[dt.date], list[UnitValue]] | None = None
    version: int = 1
    decimals: int = 1
    sees_amounts: "Callable[[User, dt.date], bool] | None" = None
    of_plan: bool = False


_DEFINITIONS: dict[str, Definition] = {}


def register(*definitions: Definition) -> None:
    for each in definitions:
        _DEFINITIONS[each.code] = each


def find(code: str) -> Definition | None:
    return _DEFINITIONS.get(code)


def definitions() -> list[Definition]:
    """Every definition, I before P, in the order of their numbers."""
    return sorted(_DEFINITIONS.values(), key=lambda each: (each.code[:1], len(each.code), each.code))


def ratio(numerator: Number, denominator: Number, net: tuple[Number, Number] | None = None) -> Outcome:
    """Per cent. Nothing to divide by is no data."""
    return Outcome(
        value=_percent(numerator, denominator),
        numerator=Decimal(numerator),
        denominator=Decimal(denominator),
        net=_percent(*net) if net else None,
    )


def count(found: Number, among: Number) -> Outcome:
    """How many, out of how many that could have been. Nothing that could is no data."""
    return Outcome(Decimal(found) if among else None, Decimal(found), Decimal(among))


def _percent(numerator: Number, denominator: Number) -> Decimal | None:
    return (Decimal(numerator) * 100 / Decimal(denominator)).quantize(Decimal("0.0001")) if denominator else None
