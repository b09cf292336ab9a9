"""The postings that a rule's conditions would hold for, counted among those that a user may see."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, Sum

from finance.choices import MatchOperator, RowPart
from finance.models import ImportBatch, Posting
from vp_portal.core.models import User


class Like(NamedTuple):
    """Rows and their sum."""

    rows: int
    amount: Decimal


def like(
    conditions: Iterable[tuple[str, str, str, str]], user: User | AnonymousUser, on: dt.date, *, chart: int
) -> Like:
    """Of conditions that are exact, empty or, for texts, what they contain. One query."""
    rows = Posting.objects.visible_to(user, on).filter(
        batch__in=ImportBatch.objects.in_force().values("pk"), code_string__account__chart=chart
    )
    for part, operator, low, _high in conditions:
        rows = rows.filter(_holds(part, operator, low))
    found = rows.aggregate(rows=Count("pk"), amount=Sum("amount", default=Decimal("0.00")))
    return Like(found["rows"], found["amount"])


def _holds(part: str, operator: str, low: str) -> Q:
    match part:
        case RowPart.TEXT:
            return Q(text__icontains=low)
        case RowPart.SUPPLIER:
            return Q(supplier_name__icontains=low) | Q(supplier_no__icontains=low)
    if operator == MatchOperator.EMPTY:
        return Q(**{f"code_string__{part}__isnull": True})
    return Q(**{f"code_string__{part}__code": low})
