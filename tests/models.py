"""What a model refuses, both ways: in Swedish before saving, and by the constraint's name in the database."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction


def refused_in_words(row: models.Model) -> list[str]:
    """The texts that the model's own checks give."""
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.messages


def refused_by(row: models.Model) -> str:
    """The name of the constraint that the database refuses a row by, saved without its own checks."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save()
    return str(caught.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]  # psycopg's error


def refused(row: models.Model) -> tuple[str, list[str]]:
    return refused_by(row), refused_in_words(row)
