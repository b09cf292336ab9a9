"""History of tracked models: who, when, what and, for sensitive ones, why."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

__all__ = [
    "bulk_create_with_history",
    "bulk_update_with_history",
    "changed_fields",
    "current_request",
    "history",
    "names_of",
]


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


def current_request() -> HttpRequest | None:
    """The request that this thread answers, where it is past the middleware of history; None on the server itself."""
    found: HttpRequest | None = getattr(HistoricalRecords.context, "request", None)
    return found


def changed_fields(row: models.Model, values: dict[str, Any]) -> Iterable[str]:
    """Names of the fields whose value in `values` differs from the row's own."""
    return [name for name, value in values.items() if getattr(row, name) != value]


def names_of(keys: Iterable[int | None]) -> dict[int | None, str]:
    """Who made changes, by the account's key. One that is gone has the name that its history knows. Two queries."""
    from vp_portal.core.models import User

    wanted = {key for key in keys if key is not None}
    names: dict[int | None, str] = {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}
    gone = wanted - names.keys()
    if gone:
        rows = User.history.filter(id__in=gone).order_by("history_id")
        names |= {row.id: gettext("%(name)s (borttaget konto)") % {"name": row.instance} for row in rows}
    names |= {key: gettext("borttaget konto %(number)s") % {"number": key} for key in gone - names.keys()}
    return {**names, None: gettext("Systemet")}
