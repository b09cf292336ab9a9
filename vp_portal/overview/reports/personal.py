"""What someone without a role has: the cost objects and results that are theirs."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from finance.reports.checks import LeftOut
from finance.reports.economy import Compared
from finance.reports.waiting import waiting
from goals.models import ExpectedResult, Plan
from goals.reports import ResultRow, due_of, results_with_status, to_answer
from services.access import owned_cost_objects, person_of
from vp_portal.core.models import User
from vp_portal.overview.reports import breakdowns, costs, links, results, scope, tasks
from vp_portal.overview.reports.costs import CompareRow, Span


@dataclass(frozen=True)
class Owned:
    """A cost object that the user answers for."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class PersonalPage:
    """`is_known` is false for an account without a person: an administrator has to connect them."""

    is_known: bool
    span: Span | None
    todo: tuple[tasks.Task, ...] = ()
    objects: tuple[Owned, ...] = ()
    rows: tuple[CompareRow, ...] = ()
    total: Compared = field(default_factory=Compared)
    left_out: LeftOut = field(default_factory=LeftOut)
    results: tuple[ResultRow, ...] = ()


def page(user: User | AnonymousUser, span: Span | None, on: dt.date) -> PersonalPage:
    person = person_of(user)
    every = ExpectedResult.objects.filter(plan=Plan.objects.current(on))
    mine = every.led_by(person.pk if person else None)
    if person is None:
        return PersonalPage(is_known=False, span=span)
    mine_all: Any = owned_cost_objects(user, on)
    owned = mine_all.on(on).order_by("name")
    within = Q(cost_object__in=owned.order_by().values("pk"))
    seen = scope.sums_of(within, user, on)
    stand = results_with_status(mine, on)
    rows = breakdowns.by_cost_object(seen, span, links.postings) if span else []
    return PersonalPage(
        is_known=True,
        todo=tasks.in_order(
            tasks.for_check_ins(due_of(stand, on)),
            tasks.for_answers(to_answer(every, person, on)),
            tasks.for_money(waiting(user, on), on),
            tasks.for_objects(user, on),
        ),
        objects=tuple(Owned(item.code, item.name, item.kind_label) for item in owned),
        span=span,
        rows=tuple(rows),
        total=costs.sum_of(rows),
        left_out=scope.left_out(within, span, user, on, is_own=True) if span else LeftOut(),
        results=tuple(results.worst_first(stand)),
    )
