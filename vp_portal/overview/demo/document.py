"""The demo's plan document: who writes what, some sections written, a version decided, and more written since."""

import datetime as dt

from django.utils import timezone

from goals.actions import sections
from goals.actions.decide import decide
from goals.models import Plan
from goals.reports.content import decidable
from services.models import Person
from vp_portal.core.models import User
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.store import history_at

#: The version was decided so long before the day on which the demo is loaded.
DECIDED_BEFORE = dt.timedelta(days=120)


def write_document(calendar: Calendar, by: User) -> None:
    plan = Plan.objects.get()
    people = {person.code: person for person in Person.objects.all()}
    written = list(rows("demo/sections"))
    for row in written:
        values = {"author": people.get(row["author"]), "instruction": row["instruction"]}
        with history_at(calendar.began):
            _write(plan, row["number"], values | (_text(row) if row["decided"] else {}), by)
    _decide(plan, calendar, by)
    later = [row for row in written if row["text"] and not row["decided"]]
    for weeks, row in enumerate(later, start=1):
        with history_at(_moment(min(calendar.today - DECIDED_BEFORE + dt.timedelta(weeks=weeks), calendar.today))):
            _write(plan, row["number"], _text(row), by)


def _text(row: dict[str, str]) -> dict[str, object]:
    return {"text": row["text"].replace("\\n", "\n"), "is_done": bool(row["done"])}


def _write(plan: Plan, number: str, values: dict[str, object], by: User) -> None:
    section = plan.sections.get(number=number)
    sections.write(section, values=values, seen_change=sections.seen(section), by=by)


def _decide(plan: Plan, calendar: Calendar, by: User) -> None:
    day = calendar.today - DECIDED_BEFORE
    decide(
        plan,
        lambda: decidable(plan, day),
        registry_no=f"V-{day.year}-0217",
        decided_on=day,
        signed_by="Helena Lindqvist, IT-chef",
        on=day,
        at=_moment(day),
        by=by,
    )


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(10, 0), timezone.get_current_timezone())
