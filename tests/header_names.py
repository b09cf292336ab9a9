"""The header names that every installation starts with, for tests that read files."""

from typing import Any

from django.apps import apps as installed
from django.db.models.signals import post_migrate
from django.utils import timezone

from finance.choices import ColumnRole, plain
from vp_portal.overview.demo.files import rows

FILE = "reference/header_names"


def seeds() -> dict[str, ColumnRole]:
    """Folded name → role, without a database."""
    return {plain(row["name"]): ColumnRole(row["role"]) for row in rows(FILE)}


def fill(*, apps: Any = installed, **_signal: Any) -> None:
    """Puts those that are missing in the database, as `load_reference` would."""
    try:
        model = apps.get_model("finance", "HeaderName")
    except LookupError:  # Migrated back to before the register.
        return
    there = set(model._default_manager.values_list("folded", flat=True))
    missing = [row for row in rows(FILE) if plain(row["name"]) not in there]
    made = model._default_manager.bulk_create(model(name=row["name"], role=row["role"]) for row in missing)
    history = apps.get_model("finance", "HistoricalHeaderName")._default_manager
    at = timezone.now()
    history.bulk_create(
        history.model(id=row.pk, name=row.name, role=row.role, history_date=at, history_type="+") for row in made
    )


def keep_filled() -> None:
    """Every test's database has them: after it is made, and after it has been emptied."""
    post_migrate.connect(fill, sender=installed.get_app_config("finance"), dispatch_uid="header_names")
