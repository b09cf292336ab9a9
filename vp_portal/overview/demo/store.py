"""Saves rows with their history, made by one user."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from simple_history.signals import pre_create_historical_record

from vp_portal.core.history import bulk_create_with_history
from vp_portal.core.models import User

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Store:
    """`since`: when what is saved many at a time was known; else now."""

    by: User | None
    since: dt.datetime | None = None

    def save(self, row: Row) -> Row:
        """One row, for models whose parent row must be saved as well."""
        row._history_user = self.by  # type: ignore[attr-defined]  # where simple_history looks for it
        row.save()
        return row

    def save_all(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """Many rows of a plain model, with one history row each."""
        made: list[Row] = bulk_create_with_history(list(rows), model, default_user=self.by, default_date=self.since)
        return made


@contextmanager
def history_at(moment: dt.datetime) -> Iterator[None]:
    """Has what is saved one by one inside be known since that moment: the demo can be seen as it was."""

    def place(sender: object, history_instance: Any, **kwargs: object) -> None:
        history_instance.history_date = moment

    pre_create_historical_record.connect(place)
    try:
        yield
    finally:
        pre_create_historical_record.disconnect(place)
