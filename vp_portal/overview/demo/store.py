"""Saves rows with their history, made by one user."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import models

from vp_portal.core.history import bulk_create_with_history
from vp_portal.core.models import User

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Store:
    by: User | None

    def save(self, row: Row) -> Row:
        """One row, for models whose parent row must be saved as well."""
        row._history_user = self.by  # type: ignore[attr-defined]  # where simple_history looks for it
        row.save()
        return row

    def save_all(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """Many rows of a plain model, with one history row each."""
        made: list[Row] = bulk_create_with_history(list(rows), model, default_user=self.by)
        return made
