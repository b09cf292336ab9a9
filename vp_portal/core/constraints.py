"""Where on a form a violated constraint is shown. The rules themselves are the models' own."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _


def columns_of(constraint: models.BaseConstraint) -> list[str]:
    """The fields that a constraint is about, the one most often mistyped first."""
    if isinstance(constraint, ExclusionConstraint):
        return ["valid"]
    if isinstance(constraint, models.UniqueConstraint):
        return list(reversed(constraint.fields))
    if isinstance(constraint, models.CheckConstraint) and isinstance(constraint.condition, models.Q):
        return sorted(_fields_in(constraint.condition))
    return []


def _fields_in(condition: models.Q) -> set[str]:
    """Names of the fields on the left of a condition's lookups."""
    names: set[str] = set()
    for part in condition.children:
        if isinstance(part, models.Q):
            names |= _fields_in(part)
        elif isinstance(part, tuple):
            names.add(part[0].partition("__")[0])
    return names


def place(errors: ValidationError, model: type[models.Model], fields: Any) -> ValidationError:
    """The same errors, those of a constraint moved from the whole form to one of its fields in `fields`."""
    placed: dict[str, list[ValidationError]] = {}
    homes = {str(each.violation_error_message): columns_of(each) for each in constraints_of(model)}
    for name, found in errors.update_error_dict({}).items():
        for error in found:
            home = next((c for c in homes.get(str(error.message), []) if c in fields), name)
            placed.setdefault(home if name == NON_FIELD_ERRORS else name, []).append(error)
    return ValidationError(placed)


def constraints_of(model: type[models.Model]) -> list[models.BaseConstraint]:
    """Constraints of a model and of those it inherits from."""
    chain = [model, *model._meta.all_parents]
    return [constraint for each in chain for constraint in each._meta.constraints]


def message_of(error: IntegrityError, *models_: type[models.Model]) -> str:
    """The Swedish text of the constraint that the database refused a row by; a general one when it has none."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in models_:
        for constraint in constraints_of(model):
            if constraint.name == name:
                return str(constraint.violation_error_message)
        # What a trigger refuses is no constraint that Django knows of.
        if words := getattr(model, "trigger_messages", {}).get(name):
            return str(words)
    return _("Raden krockar med något som redan finns och kan inte sparas.")
