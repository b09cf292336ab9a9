"""The postings that a rule's conditions would hold for, counted among those that a user may see."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, Sum

from finance.choices import MatchOperator, RowPart
from finance.models import ImportBatch, Posting
from vp_portal.core.models import User

#: With more rows than this, where each of them goes is not looked up.
MOST = 5000


class Home(NamedTuple):
    """Where some of the rows go now: the names of the cost objects that share them, none for those without a home."""

    names: tuple[str, ...]
    rows: int
    amount: Decimal


class Like(NamedTuple):
    """Rows and their sum, and where they go now, the largest first; None when there are too many to tell."""

    rows: int
    amount: Decimal
    homes: Sequence[Home] | None = ()

    def moved(self, target: str) -> Decimal:
        """What of the sum does not go to the cost object alone already."""
        return self.amount - sum((home.amount for home in self.homes or () if home.names == (target,)), Decimal("0.00"))


def like(
    conditions: Iterable[tuple[str, str, str, str]], user: User | AnonymousUser, on: dt.date, *, chart: int
) -> Like:
    """Of conditions that are exact, empty or, for texts, what they contain. Two queries."""
    rows = Posting.objects.visible_to(user, on).filter(
        batch__in=ImportBatch.objects.in_force().values("pk"), code_string__account__chart=chart
    )
    for part, operator, low, _high in conditions:
        rows = rows.filter(_holds(part, operator, low))
    found = rows.aggregate(rows=Count("pk"), amount=Sum("amount", default=Decimal("0.00")))
    return Like(found["rows"], found["amount"], _homes(rows) if found["rows"] <= MOST else None)


def _homes(rows: Any) -> list[Home]:
    sums = rows.with_homes().order_by().values_list("homes").annotate(rows=Count("pk"), amount=Sum("amount"))
    homes = [Home(tuple(names), count, amount) for names, count, amount in sums]
    return sorted(homes, key=lambda home: (-abs(home.amount), home.names))


def _holds(part: str, operator: str, low: str) -> Q:
    match part:
        case RowPart.TEXT:
            return Q(text__icontains=low)
        case RowPart.SUPPLIER:
            return Q(supplier_name__icontains=low) | Q(supplier_no__icontains=low)
    if operator == MatchOperator.EMPTY:
        return Q(**{f"code_string__{part}__isnull": True})
    return Q(**{f"code_string__{part}__code": low})
