"""History of tracked models: who, when, what and, for sensitive ones, why."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

__all__ = ["bulk_create_with_history", "bulk_update_with_history", "changed_fields", "history"]


class Records(HistoricalRecords):
    """Who made a change stays in its row when the account is gone: history is only ever added to."""

    def _get_history_user_fields(self) -> dict[str, Any]:
        user = models.ForeignKey(
            settings.AUTH_USER_MODEL,
            models.DO_NOTHING,
            null=True,
            related_name=self.user_related_name,
            db_constraint=False,
        )
        return {"history_user": user}


def history(**options: Any) -> HistoricalRecords:
    """The history of a model."""
    return Records(user_db_constraint=False, **options)


def changed_fields(row: models.Model, values: dict[str, Any]) -> Iterable[str]:
    """Names of the fields whose value in `values` differs from the row's own."""
    return [name for name, value in values.items() if getattr(row, name) != value]
