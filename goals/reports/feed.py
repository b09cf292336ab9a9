"""A person's own deadlines as a calendar (RFC 5545)."""

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from goals.models import ExpectedResult, FollowUpRules, Plan
from goals.occasions import Occasion
from goals.reports import due
from goals.reports.facts import Facts, load
from goals.reports.rows import DONE, ResultRow, rows_of
from services.models import Person

#: So many occasions ahead, counted from the latest finished one.
TERTIALS, MONTHS = 4, 12


def feed(plan: Plan, person: Person, on: dt.date, at: dt.datetime, portal: str) -> bytes:
    """The deadlines of check-ins and the due dates of the results that the person leads. `portal` begins addresses."""
    calendar = Calendar()
    calendar.add("prodid", "-//VP-portalen//SV")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Verksamhetsplan: mina sista dagar"))
    own = load(ExpectedResult.objects.filter(plan=plan).led_by(person.pk), on)
    below = load(ExpectedResult.objects.filter(parent__in=[result.pk for result in own]), on)
    rules = FollowUpRules.of(plan)
    for result, (row, _parts) in zip(own, rows_of(own, below, on), strict=True):
        if row.status_code in DONE:
            continue
        for occasion in _to_come(plan, result, row, on):
            summary = _("Avstämning %(number)s för %(occasion)s")
            words = {"number": row.number, "occasion": occasion.label}
            _add(calendar, f"{result.pk}-{occasion}", rules.deadline(occasion), summary % words, row, at, portal)
        if result.due_on:
            summary = _("%(number)s ska vara klart") % {"number": row.number}
            _add(calendar, f"{result.pk}-due", result.due_on, summary, row, at, portal)
    text: bytes = calendar.to_ical()
    return text


def _to_come(plan: Plan, result: Facts, row: ResultRow, on: dt.date) -> list[Occasion]:
    if row.rolled_up:
        return []
    first = Occasion.of(on, monthly=result.monthly).shift(-1)
    every = [first.shift(step) for step in range(MONTHS if result.monthly else TERTIALS)]
    return [
        each
        for each in every
        if due.is_within(plan, result.starts, each) and (row.occasion is None or row.occasion < each)
    ]


def _add(
    calendar: Calendar, key: str, day: dt.date, summary: str, row: ResultRow, at: dt.datetime, portal: str
) -> None:
    event = Event()
    event.add("uid", f"{key}@vp-portalen")
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("summary", summary)
    event.add("description", row.text)
    event.add("url", f"{portal}{row.url}")
    event.add("transp", "TRANSPARENT")
    calendar.add_component(event)
