"""Explaining why cost is off its budget."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from finance.models import BudgetVersion, VarianceComment
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User


@transaction.atomic
def explain(
    version: BudgetVersion,
    period: Period,
    *,
    unit: int | None = None,
    cost_object: int | None = None,
    text: str,
    amounts: tuple[Decimal, Decimal],
    by: "User",
    at: dt.datetime,
) -> VarianceComment:
    """Writes the explanation, or writes it anew: the earlier one stays in its history. `amounts` are
    the outcome and the plan that were seen. Raises ValidationError."""
    found = (
        VarianceComment.objects.order_by("pk")
        .select_for_update()
        .filter(version=version, period=period, unit=unit, cost_object=cost_object)
    )
    row = found.first() or VarianceComment(version=version, period=period, unit_id=unit, cost_object_id=cost_object)
    row.text, row.made_by, row.made_at = text.strip(), by, at
    row.outcome, row.planned = amounts
    row.full_clean()
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row.save()
    return row
