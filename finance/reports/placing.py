"""Postings that somebody is about to give a home by hand together: which, and which of them can't be given one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from finance.choices import Together
from finance.models import HandAssignment, PeriodLock, Posting
from finance.models.posting import PostingQuerySet
from finance.reports.postings import ordered
from vp_portal.core.periods import Period

#: So many at once; for more there are rules.
MOST = 2000
#: How many of them are listed before the person says yes.
SHOWN = 50


@dataclass(frozen=True)
class Group:
    """Rows that can be placed together, and their sum. `others`: rows found that are somebody else's to place; `locked`
    of locked periods, `by_hand` have a home by hand that the new one takes the place of."""

    which: Together
    count: int
    total: Decimal
    others: int = 0
    locked: int = 0
    by_hand: int = 0

    @property
    def is_too_many(self) -> bool:
        return self.count > MOST


@dataclass(frozen=True)
class Ticked:
    """The keys of rows, out of an address: `batch-posting` each. What is no key is left out."""

    keys: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, given: Sequence[str]) -> "Ticked":
        found = (text.split("-") for text in given)
        return cls(
            frozenset(
                (int(key[0]), int(key[1]))
                for key in found
                if len(key) == 2 and all(part.isascii() and part.isdigit() and len(part) < 19 for part in key)
            )
        )

    def condition(self) -> Q:
        return Q(batch__in={batch for batch, _pk in self.keys}, pk__in={pk for _batch, pk in self.keys})


def locked_periods() -> list[Period]:
    return [Period(lock.period) for lock in PeriodLock.objects.in_force()]


def rows_of(found: PostingQuerySet, ticked: Ticked, which: Together) -> PostingQuerySet:
    """Of the rows of a filter: the ticked ones, those like them (codes and supplier), or all. One query for those
    like them."""
    match which:
        case Together.TICKED:
            return found.filter(ticked.condition())
        case Together.LIKE:
            like = Q(pk__in=[])
            facts = ("code_string", "supplier_no", "supplier_name")
            for same in found.filter(ticked.condition()).order_by().values(*facts).distinct():
                like |= Q(**same)
            return found.filter(like)
    return found


def group(which: Together, found: PostingQuerySet, own: PostingQuerySet, locked: Sequence[Period]) -> Group:
    """`own`: those of the rows found that the person may place. Two queries; one where all are."""
    hand = HandAssignment.objects.in_force().filter(posting=OuterRef("pk"), batch=OuterRef("batch"))
    is_open = ~Q(period__in=locked)
    is_placed: Any = is_open & Q(Exists(hand))
    sums = own.order_by().aggregate(
        count=Count("pk", filter=is_open),
        total=Sum("amount", filter=is_open, default=Decimal("0.00")),
        every=Count("pk"),
        by_hand=Count("pk", filter=is_placed),
    )
    others = 0 if own is found else found.count() - sums["every"]
    return Group(which, sums["count"], sums["total"], others, sums["every"] - sums["count"], sums["by_hand"])


def to_place(own: PostingQuerySet, locked: Sequence[Period]) -> PostingQuerySet:
    return own.exclude(period__in=locked)


def listed(rows: PostingQuerySet) -> list[Posting]:
    """The largest of them, with all that a row shows."""
    return list(ordered(rows, "amount")[:SHOWN])
