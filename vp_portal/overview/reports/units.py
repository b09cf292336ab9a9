"""The tree of units on a day, read once, and the page of one of them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from finance.models import CostCentre
from goals.models import ExpectedResult, Plan
from goals.reports import ResultRow, results_with_status
from services.access import managed_units
from services.models import OrgUnit, UnitMembership
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.reports import links, planned, scope
from vp_portal.overview.reports.cost_section import CostSection, cost_section
from vp_portal.overview.reports.costs import Span
from vp_portal.overview.reports.staff_cost import StaffCost, staff_cost


@dataclass(frozen=True)
class Node:
    """A unit in the tree; `depth` is 0 for those without a parent among the units that were read."""

    pk: int
    code: str
    name: str
    depth: int
    manager: str
    manager_id: int | None
    children: tuple["Node", ...]

    @property
    def below(self) -> list["Node"]:
        """This unit and all below it, in order."""
        return [self, *(node for child in self.children for node in child.below)]

    @property
    def ids(self) -> list[int]:
        return [node.pk for node in self.below]

    @property
    def label(self) -> str:
        """`Systemdrift (+ 2 underenheter)`"""
        count = len(self.below) - 1
        if not count:
            return self.name
        if count == 1:
            return _("%(unit)s (+ 1 underenhet)") % {"unit": self.name}
        return _("%(unit)s (+ %(count)s underenheter)") % {"unit": self.name, "count": count}


@dataclass(frozen=True)
class Member:
    name: str
    title: str
    unit: str


@dataclass(frozen=True)
class Centre:
    code: str
    name: str
    unit: str
    url: str


@dataclass(frozen=True)
class UnitPage:
    """`parents` are the units above, the top first. Cost, people, cost centres and results include units below."""

    node: Node
    parents: tuple[Node, ...]
    cost: CostSection
    staff: StaffCost | None
    people: tuple[Member, ...]
    centres: tuple[Centre, ...]
    results: tuple[ResultRow, ...]


def tree(units: Any, on: dt.date) -> list[Node]:
    """The roots of a set of units on a day, with what is below. One query. A circle in the data is cut."""
    rows = list(units.on(on).with_parent(on).with_manager(on).order_by("code"))
    ids = {row.pk for row in rows}
    by_parent: dict[int | None, list[Any]] = {}
    for row in rows:
        by_parent.setdefault(row.parent_id if row.parent_id in ids else None, []).append(row)

    def node(row: Any, depth: int, above: frozenset[int]) -> Node:
        here = above | {row.pk}
        children = tuple(node(child, depth + 1, here) for child in by_parent.get(row.pk, ()) if child.pk not in here)
        return Node(row.pk, row.code, row.name, depth, row.manager_name or "", row.manager_id, children)

    return [node(row, 0, frozenset()) for row in by_parent.get(None, ())]


def flat(roots: Iterable[Node]) -> list[Node]:
    return [node for root in roots for node in root.below]


def page(
    code: str, user: User | AnonymousUser, span: Span | None, on: dt.date, plan: planned.Finder = planned.nothing
) -> UnitPage | None:
    """None when there is no such unit on the day."""
    every = flat(tree(OrgUnit.objects.all(), on))
    node = next((node for node in every if node.code == code), None)
    if node is None:
        return None
    names = {one.pk: one.name for one in every}
    return UnitPage(
        node=node,
        parents=tuple(one for one in every if one is not node and node.pk in one.ids),
        cost=_cost(node, user, span, on, plan),
        staff=staff_cost(node.below, user, span, on),
        people=_people(node, names, on),
        centres=_centres(node, names, span, on),
        results=_results(node, on),
    )


def _cost(node: Node, user: User | AnonymousUser, span: Span | None, on: dt.date, plan: planned.Finder) -> CostSection:
    def rows(first: Period, last: Period, **filters: object) -> str:
        return links.postings(first, last, unit=node.code, **filters)

    wide = has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR)
    centres = scope.centres_of(node.ids, on)
    return cost_section(
        centres,
        user,
        span,
        on,
        link=rows,
        may_see_all=wide or managed_units(user, on).filter(pk=node.pk).exists(),
        per_object=True,
        wanted=plan(scope.condition(centres), "cost_centre"),
    )


def _people(node: Node, names: dict[int, str], on: dt.date) -> tuple[Member, ...]:
    rows = UnitMembership.objects.on(on).filter(unit__in=node.ids).select_related("person").order_by("person__name")
    return tuple(Member(row.person.name, row.person.title, names[row.unit_id]) for row in rows)


def _centres(node: Node, names: dict[int, str], span: Span | None, on: dt.date) -> tuple[Centre, ...]:
    rows: Any = CostCentre.objects.of_units(OrgUnit.objects.filter(pk__in=node.ids), on).with_unit(on)
    url = (lambda code: links.economy(span.first, span.last, cost_centre=code)) if span else (lambda code: "")
    return tuple(Centre(row.code, row.name, names[row.unit_id], url(row.code)) for row in rows)


def _results(node: Node, on: dt.date) -> tuple[ResultRow, ...]:
    results = ExpectedResult.objects.filter(plan=Plan.objects.current(on), unit__in=node.ids)
    return tuple(results_with_status(results, on))
