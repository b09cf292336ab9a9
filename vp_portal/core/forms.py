"""Forms of registers: ranges of days as two dates, errors of constraints at their field, dated rows together."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.forms import DateRangeField, RangeWidget
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from vp_portal.core.constraints import constraints_of, place

ONE_DAY = dt.timedelta(days=1)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DaysWidget(RangeWidget):
    """First and last day, both included, side by side with their labels."""

    template_name = "admin/widgets/days.html"
    LABELS = (_("från och med"), _("till och med"))

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(DayInput(), attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], self.LABELS, strict=True):
            part["label"] = label
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> Any:
        return render_to_string(template_name, context)


class DaysField(DateRangeField):
    """A range of days, typed as first and last day; stored with the last day excluded.

    Without `required` nothing at all means always.
    """

    default_error_messages = {
        "bound_ordering": _("Slutet får inte ligga före starten."),
        "required": _("Ange från och med vilken dag det gäller."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = DaysWidget()
        kwargs.pop("default_bounds", None)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, DateRange):
            return [value.lower, last_day(value)]
        return super().prepare_value(value)

    def compress(self, values: Any) -> DateRange:
        first, last = values or (None, None)
        if first and last and first > last:
            raise ValidationError(self.error_messages["bound_ordering"], code="bound_ordering")
        return DateRange(first, last and last + ONE_DAY, "[)")


def last_day(days: DateRange) -> dt.date | None:
    """The last day included, None without an end."""
    return days.upper - ONE_DAY if days.upper else None


def in_words(days: DateRange | None) -> str:
    """`2025-01-01 – 2025-12-31`, with an open end left out; `alltid` when both are."""
    if days is None or days.isempty:
        return "–"
    if not (days.lower or days.upper):
        return str(_("alltid"))
    return f"{days.lower or ''} – {last_day(days) or ''}".strip()


class RegisterForm(forms.ModelForm):
    """A row of a register. What a constraint refuses is said at the field, in the constraint's own words."""

    def _update_errors(self, errors: ValidationError) -> None:
        super()._update_errors(place(errors, self._meta.model, self.fields))  # type: ignore[misc]  # Django's own hook


class DatedRowForm(RegisterForm):
    """A dated row among others of the same parent: the formset compares their ranges, not the database."""

    def validate_constraints(self) -> None:
        exclude = self._get_validation_exclusions() | {"valid"}  # type: ignore[attr-defined]  # Django's own hook
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as errors:
            self._update_errors(errors)


class RowFormSet(forms.BaseInlineFormSet):
    """Rows of one parent; the box that deletes one says so to who can't see its column."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = _("Ta bort raden")


class DatedRowFormSet(RowFormSet):
    """Dated rows of one parent, saved together: one can end and the next begin in the same go.

    Holds when the rows that may not overlap all belong to the same parent.
    """

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if self._is_kept(form)]
        for constraint in constraints_of(self.model):  # type: ignore[arg-type]  # set by the factory
            if isinstance(constraint, ExclusionConstraint):
                _refuse_overlaps(kept, constraint)

    def _is_kept(self, form: Any) -> bool:
        deleted = self.can_delete and self._should_delete_form(form)  # type: ignore[attr-defined]  # Django's own
        return bool(getattr(form, "cleaned_data", {}).get("valid")) and not deleted

    def save_existing_objects(self, commit: bool = True) -> Any:  # noqa: FBT002  # Django's signature
        """Rows that end or shrink first, so that none is in the way of another."""
        count = self.initial_form_count()
        self.forms[:count] = sorted(self.forms[:count], key=self._turn)
        self.__dict__.pop("_deleted_form_indexes", None)
        return super().save_existing_objects(commit)

    def _turn(self, form: Any) -> int:
        if self._should_delete_form(form):  # type: ignore[attr-defined]  # Django's own
            return 0
        before, after = form.initial.get("valid"), form.cleaned_data.get("valid")
        return 1 if before and after and _within(after, before) else 2


def _refuse_overlaps(rows: list[Any], constraint: ExclusionConstraint) -> None:
    columns = [str(column) for column, _operator in constraint.expressions if column != "valid"]
    for index, form in enumerate(rows):
        for other in rows[:index]:
            same = all(getattr(form.instance, column) == getattr(other.instance, column) for column in columns)
            if same and overlap(form.cleaned_data["valid"], other.cleaned_data["valid"]):
                form.add_error("valid", constraint.violation_error_message)
                break


def overlap(one: DateRange, other: DateRange) -> bool:
    return (one.lower or dt.date.min) < (other.upper or dt.date.max) and (other.lower or dt.date.min) < (
        one.upper or dt.date.max
    )


def _within(inner: DateRange, outer: DateRange) -> bool:
    return (inner.lower or dt.date.min) >= (outer.lower or dt.date.min) and (inner.upper or dt.date.max) <= (
        outer.upper or dt.date.max
    )
