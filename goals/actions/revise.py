"""The next year's plan: a copy that keeps every identity, without what is dropped."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from goals.models import (
    ExpectedResult,
    FocusArea,
    FollowUpRules,
    Goal,
    Indicator,
    Plan,
    PlanSection,
    StrategicGoal,
)
from goals.numbering import in_order

if TYPE_CHECKING:
    from vp_portal.core.models import User


@transaction.atomic
def revise(
    plan: Plan, *, first_year: int, last_year: int, keep: Collection[int], on: dt.date, by: "User | None"
) -> Plan:
    """The new plan. `keep` holds the keys of the results that go with it; the others retire when it begins.

    Numbers, texts and identities stay; what is written is no longer marked as done. Raises ValidationError.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)
    if (first_year, last_year) <= (plan.first_year, plan.last_year):
        raise ValidationError({"first_year": _("Den nya planen måste gälla senare år än den här.")})
    made = Plan(name=plan.name, unit=plan.unit, first_year=first_year, last_year=last_year)
    made.full_clean()
    copier = _Copier(by, _("Reviderad från %(plan)s") % {"plan": plan})
    copier.save(made)
    old_years, new_years = (plan.first_year, plan.last_year), (first_year, last_year)
    sections = {}
    for section in plan.sections.order_by("position"):
        title = _with_years(section.title, old_years, new_years)
        sections[section.pk] = copier.copy(section, plan=made, title=title, is_done=False)
    for goal in plan.strategic_goals.all():
        copier.copy(goal, plan=made)
    _focus_areas(copier, plan, made, sections)
    _results(copier, plan, made, keep, on)
    _measures(copier, plan, made, on)
    if rules := FollowUpRules.objects.filter(plan=plan).first():
        copier.copy(rules, plan=made)
    return made


class _Copier:
    """Copies rows with their history told, and knows which became which."""

    def __init__(self, by: "User | None", reason: str) -> None:
        self.by, self.reason = by, reason
        self.made: dict[tuple[type, int], Any] = {}

    def save(self, row: models.Model) -> None:
        row._history_user = self.by  # type: ignore[attr-defined]  # where simple_history looks for it
        row._change_reason = self.reason  # type: ignore[attr-defined]  # as above
        row.save()

    def copy(self, row: models.Model, **changes: Any) -> Any:
        fields = [field for field in row._meta.concrete_fields if not field.primary_key]
        made = type(row)(**{field.attname: getattr(row, field.attname) for field in fields})
        for name, value in changes.items():
            setattr(made, name, value)
        self.save(made)
        self.made[type(row), row.pk] = made
        return made


def _with_years(title: str, old: tuple[int, int], new: tuple[int, int]) -> str:
    """A heading that names the plan's years names the new ones."""
    for dash in "-–—":
        title = title.replace(f"{old[0]}{dash}{old[1]}", f"{new[0]}{dash}{new[1]}")
    return title


def _focus_areas(copier: _Copier, plan: Plan, made: Plan, sections: dict[int, PlanSection]) -> None:
    for area in FocusArea.objects.filter(plan=plan):
        copied = copier.copy(area, plan=made, section=sections.get(area.section_id or 0))
        for goal in Goal.objects.filter(focus_area=area):
            copier.copy(goal, focus_area=copied)


def _results(copier: _Copier, plan: Plan, made: Plan, keep: Collection[int], on: dt.date) -> None:
    """Parents before their parts. A part goes with the plan only if what it is a part of does."""
    kept = set(keep)
    retires = max(on, dt.date(made.first_year, 1, 1))
    results = ExpectedResult.objects.filter(plan=plan).in_force(retires).prefetch_related("cost_objects", "serves")
    for result in sorted(results, key=lambda each: in_order(each.number)):
        if result.pk not in kept or (result.parent_id and result.parent_id not in kept):
            retire(result, on=retires, reason=_("Följer inte med till %(plan)s") % {"plan": made}, by=copier.by)
            continue
        copied = copier.copy(
            result,
            plan=made,
            focus_area=copier.made[FocusArea, result.focus_area_id],
            goal=copier.made[Goal, result.goal_id] if result.goal_id else None,
            parent=copier.made[ExpectedResult, result.parent_id] if result.parent_id else None,
        )
        copied.cost_objects.set(result.cost_objects.all())
        copied.serves.set([copier.made[StrategicGoal, goal.pk] for goal in result.serves.all()])


def _measures(copier: _Copier, plan: Plan, made: Plan, on: dt.date) -> None:
    """How the plan and its kept results are measured. Values stay where they were read."""
    for indicator in Indicator.objects.of_plan(plan).in_force(on):
        if indicator.result_id is None:
            copier.copy(indicator, plan=made)
        elif copied := copier.made.get((ExpectedResult, indicator.result_id)):
            copier.copy(indicator, result=copied)


def retire(result: ExpectedResult, *, on: dt.date, reason: str, by: "User | None") -> None:
    """Takes a result out of its plan from a day on. Its check-ins and its number stay with it."""
    result.retired_on = on
    result._history_user = by  # type: ignore[attr-defined]  # where simple_history looks for it
    result._change_reason = reason  # type: ignore[attr-defined]  # as above
    result.save()
