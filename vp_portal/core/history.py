"""History of tracked models: who, when, what and, for sensitive ones, why."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

__all__ = ["bulk_create_with_history", "bulk_update_with_history", "changed_fields", "history"]


def history(**options: Any) -> HistoricalRecords:
    """The history of a model. Its user column has no database constraint: it outlives the account."""
    return HistoricalRecords(user_db_constraint=False, **options)


def changed_fields(row: models.Model, values: dict[str, Any]) -> Iterable[str]:
    """Names of the fields whose value in `values` differs from the row's own."""
    return [name for name, value in values.items() if getattr(row, name) != value]
