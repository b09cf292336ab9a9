"""The demo's follow-up: who reviews, what has been answered, measures with readings, goals above the plan."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from goals.actions import snapshots
from goals.choices import Direction, GoalAbove, IndicatorKind, Review
from goals.models import CheckIn, ExpectedResult, FollowUpRules, Indicator, IndicatorReading, Plan, StrategicGoal
from services.models import Person
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.store import Store, history_at

#: So many months back the computed measures are known.
SNAPSHOT_MONTHS = 12
#: Reviewers know nothing of what they were sent for so many days.
_ANSWERED_AFTER = 4


def make_follow_up(calendar: Calendar, planner: User) -> None:
    """After the check-ins."""
    store = Store(by=planner)
    with history_at(calendar.began):
        store.save(FollowUpRules(plan=Plan.objects.get()))
        _goals_above(store)
    _reviews(store, calendar)
    for row in rows("demo/measures"):
        _measure(store, calendar, row)
    for row in rows("demo/computed_measures"):
        _computed(store, calendar, row)


def take_snapshots(calendar: Calendar) -> None:
    """What the computed measures were at the end of each month of the last year, and yesterday: from what is known
    when the demo is loaded, but stored as if it had been done those evenings."""
    plan = Plan.objects.get()
    months = [Period.of(calendar.today).shift(-back).last_day for back in range(SNAPSHOT_MONTHS, 0, -1)]
    for day in sorted({*months, calendar.today - dt.timedelta(days=1)}):
        if day.year >= plan.first_year:
            evening = dt.datetime.combine(day, dt.time(22, 50), timezone.get_current_timezone())
            snapshots.take(plan, day, at=evening)


def _goals_above(store: Store) -> None:
    plan = Plan.objects.get()
    results = {result.number: result for result in plan.results.all()}
    for row in rows("demo/goals_above"):
        kind = GoalAbove(row["kind"])
        goal = store.save(StrategicGoal(plan=plan, kind=kind, number=row["number"], text=row["text"]))
        for number in row["results"].split():
            results[number].serves.add(goal)


def _reviews(store: Store, calendar: Calendar) -> None:
    """The reviewers, and their answers to every check-in but the latest of each result; one is returned."""
    people = {person.code: person for person in Person.objects.select_related("user")}
    for row in rows("demo/reviewers"):
        result = ExpectedResult.objects.get(number=row["number"])
        reviewer = people[row["reviewer"]]
        result.reviewer, result.monthly = reviewer, bool(row["monthly"])
        with history_at(calendar.began):
            store.save(result)
        for place, check_in in enumerate(result.check_ins.all()):
            answer = Review.ACKNOWLEDGED if place else Review(row["latest"])
            if answer != Review.WAITING:
                _answer(check_in, answer, row["comment"], reviewer, calendar)


def _answer(check_in: CheckIn, answer: Review, comment: str, reviewer: Person, calendar: Calendar) -> None:
    latest = dt.datetime.combine(calendar.today, dt.time(7), timezone.get_current_timezone())
    check_in.review, check_in.reviewed_by = answer, reviewer.user
    check_in.review_comment = comment if answer == Review.RETURNED else ""
    check_in.reviewed_at = min(check_in.made_at + dt.timedelta(days=_ANSWERED_AFTER), latest)
    with history_at(check_in.reviewed_at):
        Store(by=reviewer.user).save(check_in)


def _measure(store: Store, calendar: Calendar, row: dict[str, str]) -> None:
    """Readings are written as `T-3=42:note`, on the last day of the tertial, or yesterday."""
    result = ExpectedResult.objects.select_related("owner__user").get(number=row["result"])
    limits = {name: Decimal(row[name]) for name in ("baseline", "target", "tolerance", "lower", "upper") if row[name]}
    indicator = Indicator(
        result=result, name=row["name"], unit=row["unit"], direction=Direction(row["direction"]), **limits
    )
    with history_at(calendar.began):
        store.save(indicator)
    for text in row["readings"].split("|"):
        when, _, rest = text.partition("=")
        value, _, note = rest.partition(":")
        day = min(calendar.tertial(when).last_day, calendar.today - dt.timedelta(days=1))
        at = dt.datetime.combine(day, dt.time(15), timezone.get_current_timezone())
        by = result.owner.user if result.owner else store.by
        reading = IndicatorReading(
            indicator=indicator, on=day, value=Decimal(value), source=row["source"], note=note, made_at=at, made_by=by
        )
        with history_at(at):
            Store(by=by).save(reading)


def _computed(store: Store, calendar: Calendar, row: dict[str, str]) -> None:
    """Without a result: of the plan. Notes are written as `T-2=text`, for the first day of the tertial."""
    of_result: dict[str, Any] = {"result": ExpectedResult.objects.get(number=row["result"])} if row["result"] else {}
    owner = of_result or {"plan": Plan.objects.get()}
    limits = {name: Decimal(row[name]) for name in ("baseline", "target", "tolerance") if row[name]}
    indicator = Indicator(kind=IndicatorKind.COMPUTED, code=row["code"], **owner, **limits)
    indicator.full_clean()
    with history_at(calendar.began):
        store.save(indicator)
    for text in filter(None, row["notes"].split("|")):
        when, _, note = text.partition("=")
        day = calendar.tertial(when).first_day
        at = dt.datetime.combine(day, dt.time(15), timezone.get_current_timezone())
        with history_at(at):
            store.save(IndicatorReading(indicator=indicator, on=day, note=note, made_at=at, made_by=store.by))
