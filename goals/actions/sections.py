"""Writes to the sections of a plan: what stands in them, and their places. Numbers of results never change here."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from goals.importing.check import problems_of, tidy
from goals.models import FocusArea, Plan, PlanSection
from goals.numbering import in_order
from vp_portal.core.history import bulk_update_with_history, changed_fields

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: What an author may change, and what else those who own the plan may.
AUTHORS = ("text", "is_done")
OWNERS = (*AUTHORS, "title", "instruction", "author")
_NUMBER = re.compile(r"(\d{1,2})((?:\.[1-9]\d?){0,3})")


class SectionChangedError(Exception):
    """Somebody changed the section meanwhile. `now` is the history row that stands, `before` the one that was seen."""

    def __init__(self, now: Any, before: Any) -> None:
        self.now, self.before = now, before
        super().__init__()


class PlaceError(ValidationError):
    """The section can't have that place."""


def seen(section: PlanSection) -> int:
    """What to hand back to `write`: the section's latest change. One query."""
    latest = section.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return latest or 0


@transaction.atomic
def write(section: PlanSection, *, values: dict[str, Any], seen_change: int, by: "User | None") -> PlanSection:
    """Saves what was written. Raises SectionChangedError, or ValidationError by field.

    Whether `by` may change those fields is for the caller to ask.
    """
    row = PlanSection.objects.select_for_update(no_key=True, of=("self",)).get(pk=section.pk)
    now = row.history.order_by("-history_id").first()
    if now is not None and now.history_id != seen_change:
        raise SectionChangedError(now, row.history.filter(history_id=seen_change).first())
    if "text" in values:
        values = values | {"text": checked_text(row, values["text"])}
    if not list(changed_fields(row, values)):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.clean_fields(exclude=["plan", "position"])
    _keep(row, by)
    if "title" in values:
        _name_area(row, by)
    return row


def checked_text(section: PlanSection, text: str) -> str:
    """The text, tidy. Raises ValidationError at `text`, with the lines."""
    found = tidy(text)
    problems = problems_of(found, is_area=FocusArea.objects.filter(section=section).exists())
    if problems:
        words = [_("Rad %(line)s: %(reason)s") % {"line": each.line, "reason": each.reason} for each in problems[:10]]
        raise ValidationError({"text": words})
    return found


@transaction.atomic
def add(plan: Plan, *, number: str, title: str, by: "User | None", **values: Any) -> PlanSection:
    """A new section. Raises PlaceError for a number that is taken or has nothing above it, ValidationError else."""
    sections = _locked(plan)
    number = checked_number(number, [section.number for section in sections])
    row = PlanSection(plan=plan, number=number, title=title, position=0, **values)
    row.full_clean(exclude=["position"])
    _keep(row, by)
    _set_positions([*sections, row], by)
    return row


@transaction.atomic
def renumber(section: PlanSection, number: str, *, by: "User | None") -> None:
    """Gives the section another number, and those below it with it. Raises PlaceError."""
    sections = _locked(section.plan)
    below = _with_below(section.number, sections)
    moved = {each.pk for each in below}
    number = checked_number(number, [each.number for each in sections if each.pk not in moved])
    if number == section.number:
        return
    if number.count(".") != section.number.count("."):
        raise PlaceError(_("Numret måste ligga på samma nivå: %(number)s.") % {"number": section.number})
    _refuse_areas(below)
    _change(sections, {each.pk: _moved(each.number, section.number, number) for each in below}, by)


@transaction.atomic
def move(section: PlanSection, *, up: bool, by: "User | None") -> PlanSection | None:
    """Has the section change numbers with the one before or after it on its level. None: there is none.

    Raises PlaceError where results are numbered after one of them.
    """
    sections = _locked(section.plan)
    level = [each for each in sections if _above(each.number) == _above(section.number)]
    place = [each.pk for each in level].index(section.pk) + (-1 if up else 1)
    if not 0 <= place < len(level):
        return None
    own, other = next(each for each in level if each.pk == section.pk), level[place]
    mine, theirs = _with_below(own.number, sections), _with_below(other.number, sections)
    _refuse_areas([*mine, *theirs])
    numbers = {each.pk: _moved(each.number, own.number, other.number) for each in mine}
    numbers |= {each.pk: _moved(each.number, other.number, own.number) for each in theirs}
    _change(sections, numbers, by)
    return other


@transaction.atomic
def remove(section: PlanSection, *, by: "User | None") -> None:
    """Takes a section away; its history stays. Raises PlaceError for one with sections, goals or results below it."""
    sections = _locked(section.plan)
    if len(_with_below(section.number, sections)) > 1:
        raise PlaceError(_("Avsnittet har avsnitt under sig. Ta bort eller flytta dem först."))
    if FocusArea.objects.filter(section=section).exists():
        raise PlaceError(_("Avsnittet är ett fokusområde. Det kan inte tas bort."))
    section._history_user = by  # type: ignore[attr-defined]  # where simple_history looks for it
    section.delete()
    _set_positions([each for each in sections if each.pk != section.pk], by)


def checked_number(text: str, taken: Iterable[str]) -> str:
    """The number as the document writes it: 01, 1.1. Raises PlaceError."""
    match = _NUMBER.fullmatch(text.strip().rstrip("."))
    if not match or not 1 <= int(match[1]) <= 99:
        raise PlaceError(_("Ett avsnitt numreras 01, 1.1 eller 1.1.1."))
    number = f"{int(match[1])}{match[2]}" if match[2] else f"{int(match[1]):02}"
    known = {in_order(other) for other in taken}
    if in_order(number) in known:
        raise PlaceError(_("Numret %(number)s finns redan i planen.") % {"number": number})
    if match[2] and in_order(number)[:-1] not in known:
        raise PlaceError(_("Numret %(number)s hör inte till något avsnitt ovanför.") % {"number": number})
    return number


def _locked(plan: Plan) -> list[PlanSection]:
    """The plan's sections in order; nobody else changes their places until the transaction ends."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    return sorted(plan.sections.all(), key=lambda section: in_order(section.number))


def _above(number: str) -> tuple[int, ...]:
    return in_order(number)[:-1]


def _with_below(number: str, sections: list[PlanSection]) -> list[PlanSection]:
    path = in_order(number)
    return [each for each in sections if in_order(each.number)[: len(path)] == path]


def _moved(number: str, old: str, new: str) -> str:
    path = in_order(new) + in_order(number)[len(in_order(old)) :]
    return f"{path[0]:02}" if len(path) == 1 else ".".join(map(str, path))


def _refuse_areas(sections: list[PlanSection]) -> None:
    if FocusArea.objects.filter(section__in=[each.pk for each in sections], results__isnull=False).exists():
        raise PlaceError(_("Avsnittet har resultat som är numrerade efter det. Resultatens nummer ändras aldrig."))


def _change(sections: list[PlanSection], numbers: dict[int, str], by: "User | None") -> None:
    """All numbers in one statement, so that two can change places."""
    changed = [each for each in sections if each.pk in numbers]
    for section in changed:
        section.number = numbers[section.pk]
    bulk_update_with_history(changed, PlanSection, ["number"], default_user=by)
    areas = list(FocusArea.objects.filter(section__in=list(numbers)).select_related("section"))
    for area in areas:
        area.number = numbers[area.section_id or 0]
        area._history_user = by  # type: ignore[attr-defined]  # where simple_history looks for it
        area.save()
    _set_positions(sections, by)


def _set_positions(sections: list[PlanSection], by: "User | None") -> None:
    """The places follow the numbers."""
    changed = []
    for place, section in enumerate(sorted(sections, key=lambda each: in_order(each.number)), 1):
        if section.position != place:
            section.position = place
            changed.append(section)
    if changed:
        bulk_update_with_history(changed, PlanSection, ["position"], default_user=by)


def _name_area(section: PlanSection, by: "User | None") -> None:
    """A focus area is called what its section is."""
    area = FocusArea.objects.filter(section=section).first()
    if area is not None and area.name != section.title:
        area.name = section.title
        area._history_user = by  # type: ignore[attr-defined]  # as above
        area.save()


def _keep(section: PlanSection, by: "User | None") -> None:
    section._history_user = by  # type: ignore[attr-defined]  # as above
    section.save()
