"""The demo's plan: the document itself, then who answers for what, and what they have reported."""

import datetime as dt

from django.utils import timezone

from goals.actions import plans
from goals.importing.parse import parse
from goals.models import CheckIn, ExpectedResult, Plan
from services.models import CostObject, OrgUnit, Person
from vp_portal.core.models import User
from vp_portal.core.periods import Tertial
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import FIXTURES, rows
from vp_portal.overview.demo.store import Store, history_at

_TEXTS = ("status", "confidence", "comment", "blocked_by", "help_needed")
NAME = "IT-avdelningens verksamhetsplan"
TOP_UNIT = "IT"
DOCUMENT = FIXTURES / "demo" / "verksamhetsplan.md"


def make_plan(store: Store, calendar: Calendar) -> None:
    """The document as it is, empty sections included: the department writes them in the portal."""
    plans.import_document(parse(DOCUMENT.read_text(encoding="utf-8")), name=NAME, by=store.by)
    plan = Plan.objects.get()
    plan.unit = OrgUnit.objects.get(code=TOP_UNIT)
    store.save(plan)
    people = {person.code: person for person in Person.objects.all()}
    units = {unit.code: unit for unit in OrgUnit.objects.all()}
    targets = {target.code: target for target in CostObject.objects.all()}
    results = {result.number: result for result in plan.results.all()}
    for row in rows("demo/results"):
        result = results[row["number"]]
        result.owner = people.get(row["owner"])
        result.deputy = people.get(row["deputy"])
        result.unit = units[row["unit"]]
        result.starts_on = calendar.tertial(row["starts"]).first_day
        result.due_on = _due(calendar, row["due"], plan)
        result.weight = int(row["weight"])
        store.save(result)
        result.cost_objects.set(targets[code] for code in row["cost_objects"].split())


def _due(calendar: Calendar, text: str, plan: Plan) -> dt.date | None:
    """The last day of a tertial, within the plan's years as long as they last."""
    if not text:
        return None
    due, end = calendar.tertial(text).last_day, dt.date(plan.last_year, 12, 31)
    return min(due, end) if calendar.today <= end else due


def make_check_ins(calendar: Calendar, users: dict[str, User], planner: User) -> None:
    """Reports on the four latest finished tertials. Some are missing, some late."""
    results = {result.number: result for result in ExpectedResult.objects.select_related("owner")}
    due = {row["number"]: row["due"] for row in rows("demo/results")}
    check_ins = []
    for row in rows("demo/check_ins"):
        result, tertial = results[row["result"]], calendar.tertial(row["tertial"])
        check_ins.append(
            CheckIn(
                result=result,
                tertial=str(tertial),
                progress=_progress(calendar, result, due[row["result"]], int(row["progress"])),
                made_at=_made_at(calendar, tertial, int(row["days"])),
                made_by=users[result.owner.code] if result.owner else planner,
                **{name: row[name] for name in _TEXTS},
            )
        )
    for check_in in sorted(check_ins, key=lambda check_in: check_in.made_at):
        with history_at(check_in.made_at):
            Store(by=check_in.made_by).save(check_in)


def _progress(calendar: Calendar, result: ExpectedResult, due: str, progress: int) -> int:
    """The table's progress, which is made for its own due date, in step with one that the plan's end brings forward."""
    if not (due and result.starts_on and result.due_on) or progress == 100:
        return progress
    meant, given = calendar.tertial(due).last_day - result.starts_on, result.due_on - result.starts_on
    return min(round(progress * (meant / given)), 95)


def _made_at(calendar: Calendar, tertial: Tertial, days: int) -> dt.datetime:
    """So many days after the tertial, but not after yesterday."""
    day = min(tertial.last_day + dt.timedelta(days=days), calendar.today - dt.timedelta(days=1))
    return dt.datetime.combine(day, dt.time(8 + days % 8, 15), timezone.get_current_timezone())
