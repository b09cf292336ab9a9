"""Parts of models that every app uses: codes, money, shares and dates that hold from–to."""

import datetime as dt
from decimal import Decimal
from typing import Any, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

#: Codes are part of addresses: no blanks, nothing that an address would have to escape.
validate_code = RegexValidator(
    r"^[^\s/?#&%;\\]+\Z", _("En kod får inte innehålla blanktecken eller något av / ? # & %% ; \\")
)


class CodeField(models.CharField):
    """A code: text with leading zeros and letters, never a number."""

    default_validators = [validate_code]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """What a code may hold is no matter of the database, so no migration is made when its words change."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


class MoneyField(models.DecimalField):
    """Kronor with öre: numeric(14,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=14, decimal_places=2)
        super().__init__(*args, **kwargs)


class ShareField(models.DecimalField):
    """Per cent with four decimals, 0–100."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=7, decimal_places=4)
        super().__init__(*args, **kwargs)


WHOLE = Decimal("100.0000")


Row = TypeVar("Row", bound=models.Model)


class ValidQuerySet(models.QuerySet[Row]):
    """Rows that hold from–to."""

    def on(self, day: dt.date) -> Self:
        """The rows that hold on a day."""
        return self.filter(valid__contains=day)


class Dated(models.Model):
    """A row that holds during a range of days, the last one excluded; open ends are allowed."""

    valid = DateRangeField(
        _("gäller"), help_text=_("Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.")
    )

    objects = ValidQuerySet.as_manager()

    class Meta:
        abstract = True


def no_overlap(name: str, *columns: str, message: Any) -> ExclusionConstraint:
    """A named constraint: for the same columns, the `valid` ranges never overlap."""
    return ExclusionConstraint(
        name=name,
        expressions=[*((column, RangeOperators.EQUAL) for column in columns), ("valid", RangeOperators.OVERLAPS)],
        violation_error_message=message,
    )


def not_empty_range(name: str) -> models.CheckConstraint:
    """A named constraint: `valid` holds at least one day."""
    return models.CheckConstraint(
        name=name,
        condition=~models.Q(valid__isempty=True),
        violation_error_message=_("Slutet måste ligga efter starten."),
    )
