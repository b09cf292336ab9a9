"""Who is to be told of a check-in that isn't made: its owner, then the line above. Nothing is sent here."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from goals.choices import ReminderKind
from goals.models import ExpectedResult, FollowUpRules, Plan
from goals.occasions import Occasion
from goals.reports.check_ins import DueCheckIn, due_of
from goals.reports.facts import Terms, of_plan, read
from goals.reports.rows import rows_of
from services.models import Person
from services.models.unit import UnitManager, UnitParent


@dataclass(frozen=True)
class Reminder:
    """One person to be told of one check-in. `owner` is whose it is, in words."""

    kind: ReminderKind
    person: Person
    due: DueCheckIn
    result_id: int
    owner: str

    @property
    def number(self) -> str:
        return self.due.number

    @property
    def occasion(self) -> Occasion:
        return self.due.occasion


def reminders(plan: Plan, on: dt.date) -> list[Reminder]:
    """Everything to tell on a day, told already or not. Four queries.

    Before the deadline and after it the owner is told (the deputy, where nobody owns the result); after so many
    working days the manager of the result's unit, then the next one up. Who is the owner is told once only: the line
    begins with the first manager who is someone else.
    """
    found = read(of_plan(plan, on), Terms.of(plan))
    missing = due_of([row for row, _parts in rows_of(found, found, on)], on)
    with_people = ExpectedResult.objects.select_related("owner__user", "deputy__user")
    results = with_people.in_bulk([item.row.pk for item in missing])
    line, rules = _Line(on), FollowUpRules.of(plan)
    return [each for item in missing for each in _of(results[item.row.pk], item, rules, line, on)]


def _of(
    result: ExpectedResult, item: DueCheckIn, rules: FollowUpRules, line: "_Line", on: dt.date
) -> Iterator[Reminder]:
    lead = result.owner or result.deputy

    def told(kind: ReminderKind, person: Person) -> Reminder:
        return Reminder(kind, person, item, result.pk, lead.name if lead else "")

    if lead and rules.reminds(item.occasion) <= on <= item.deadline:
        yield told(ReminderKind.BEFORE, lead)
    if lead and on > item.deadline:
        yield told(ReminderKind.AFTER, lead)
    above = [person for person in line.managers(result.unit_id) if lead is None or person.pk != lead.pk]
    days = (rules.tells_manager(item.occasion), rules.tells_next_manager(item.occasion))
    kinds = (ReminderKind.MANAGER, ReminderKind.NEXT_MANAGER)
    for kind, day, person in zip(kinds, days, above, strict=False):
        if on >= day:
            yield told(kind, person)


class _Line:
    """Who manages what on a day, and the units' tree. Two queries, asked for when first needed."""

    def __init__(self, on: dt.date) -> None:
        self.above = dict(UnitParent.objects.on(on).values_list("unit_id", "parent_id"))
        rows = UnitManager.objects.on(on).select_related("person__user")
        self.manager = {row.unit_id: row.person for row in rows}

    def managers(self, unit_id: int | None) -> list[Person]:
        """From the unit upwards, each person once."""
        found: dict[int, Person] = {}
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            seen.add(unit_id)
            if person := self.manager.get(unit_id):
                found.setdefault(person.pk, person)
            unit_id = self.above.get(unit_id)
        return list(found.values())
