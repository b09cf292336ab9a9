"""What a rule may look like beside the others, and drafts that come into use."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from finance.actions import cascades
from finance.choices import MatchOperator
from finance.models import AllocationRule, AllocationShare, RuleCondition
from finance.models.rule import listed, problem_of_shares
from services.choices import Lifecycle
from services.models import CostObject
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: Part, operator, low and high.
Condition = tuple[str, str, str, str]


class RefusedError(Exception):
    """A rule that can't be used as it is. `problems` say why."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Whole:
    """A rule with its conditions and shares, stored or not."""

    rule: AllocationRule
    conditions: frozenset[Condition]
    shares: Sequence[tuple[CostObject, Decimal | None]]


def key_of(condition: RuleCondition) -> Condition:
    """As it is stored."""
    low = listed(condition.low) if condition.operator == MatchOperator.LIST else condition.low
    return (condition.part, condition.operator, low, condition.high)


def stored(rule: AllocationRule) -> Whole:
    """Two queries, none where the rows are read already."""
    conditions = frozenset(map(key_of, rule.conditions.all()))
    return Whole(rule, conditions, [(share.cost_object, share.share) for share in rule.shares.all()])


def problems(whole: Whole) -> list[str]:
    """Why a rule can't be saved, in words. Other rules matter only to one that is used."""
    found = [problem_of_shares(whole.rule.method, [share for _target, share in whole.shares])]
    if whole.rule.passes_on_id and whole.conditions:
        found.append(_("En regel som för vidare en kostnadsbärares kostnad har inga villkor."))
    if whole.rule.is_active:
        found += [*gone(whole).values(), *_double(whole), *_circle(whole)]
    return [str(problem) for problem in found if problem]


def gone(whole: Whole) -> dict[CostObject, str]:
    """Cost objects that don't last as long as the rule, and what to do about each: part of the `problems`.

    A rule that ends may tell of what was: an object that is gone had its cost then.
    """
    if not whole.rule.is_active:
        return {}
    found, last = {}, whole.rule.last_period
    for target, _share in whole.shares:
        ended = target.valid.upper if target.valid else None
        if ended and (last is None or Period(last).first_day >= ended):
            words = _("%(name)s gäller bara till %(day)s. Låt regeln sluta senast då.")
            found[target] = words % {"name": target, "day": ended}
        elif target.lifecycle == Lifecycle.RETIRED and last is None:
            words = _("%(name)s är avvecklad. Välj en annan, eller ange regelns sista period.")
            found[target] = words % {"name": target}
    return found


def _double(whole: Whole) -> Iterable[str]:
    """Another rule for the same cost at the same time."""
    rule = whole.rule
    if not (whole.conditions or rule.passes_on_id):
        return
    others = AllocationRule.objects.in_order().exclude(pk=rule.pk).filter(chart=rule.chart_id)
    others = others.filter(passes_on=rule.passes_on_id).prefetch_related("conditions", "shares__cost_object")
    if whole.conditions:  # One condition in common leaves few to compare.
        part, operator, low, high = min(whole.conditions)
        has_one = RuleCondition.objects.filter(part=part, operator=operator, low=low, high=high)
        others = others.filter(pk__in=has_one.values("rule"))
    for other in others:
        same = stored(other).conditions == whole.conditions
        if same and _overlap(rule, other):
            yield _("Regeln ”%(name)s” (prioritet %(priority)s) gäller samma kostnad i samma perioder.") % {
                "name": other.name,
                "priority": other.priority,
            }


def _overlap(one: AllocationRule, other: AllocationRule) -> bool:
    return (one.first_period or 0) <= (other.last_period or 999_999) and (other.first_period or 0) <= (
        one.last_period or 999_999
    )


def _circle(whole: Whole) -> Iterable[str]:
    """Whatever the periods: cost that is passed on must have one order for all of them."""
    if not whole.rule.passes_on_id:
        return
    passes: dict[int, set[int]] = {whole.rule.passes_on_id: {target.pk for target, _share in whole.shares}}
    links = AllocationShare.objects.filter(rule__in=AllocationRule.objects.in_order().exclude(pk=whole.rule.pk))
    for source, target in links.filter(rule__passes_on__isnull=False).values_list("rule__passes_on", "cost_object"):
        passes.setdefault(source, set()).add(target)
    try:
        cascades.in_order(passes)
    except cascades.CircleError as circle:
        names = dict(CostObject.objects.filter(pk__in=circle.path).values_list("pk", "name"))
        path = " → ".join(names[key] for key in _from(whole.rule.passes_on_id, circle.path))
        yield _("Kostnaden skulle föras runt i en cirkel: %(path)s.") % {"path": path}


def _from(start: int, path: list[int]) -> list[int]:
    """The same circle from one of its cost objects."""
    place = path.index(start) if start in path else 0
    return [*path[place:-1], *path[:place], path[place]]


@transaction.atomic
def use(rule: AllocationRule, *, by: "User", at: dt.datetime) -> AllocationRule:
    """Takes a draft into use; it counts from the next run. Raises RefusedError."""
    rule.is_active = True
    if found := problems(stored(rule)):
        raise RefusedError(found)
    rule._history_user, rule._history_date = by, at  # type: ignore[attr-defined]  # read by simple_history
    rule.save()
    audit.record(AuditEvent.ALLOCATION, user=by, target=rule, used=True)
    return rule


def _last() -> int:
    return AllocationRule.objects.aggregate(last=Max("priority"))["last"] or 0


def _free_before(rule: AllocationRule) -> int:
    """The nearest number before a rule's that no rule has; after the last where there is none."""
    taken = set(AllocationRule.objects.values_list("priority", flat=True))
    return next((number for number in range(rule.priority - 1, 0, -1) if number not in taken), _last() + 10)


@transaction.atomic
def suggest(
    *,
    name: str,
    conditions: Iterable[Condition],
    target: CostObject,
    by: "User",
    at: dt.datetime,
    before: AllocationRule | None = None,
) -> AllocationRule:
    """A draft that sends what the conditions say to one cost object: after all rules there are, or `before` one."""
    priority = _free_before(before) if before else _last() + 10
    rule = AllocationRule(name=name[:200], priority=priority, is_active=False, suggested_by=by, suggested_at=at)
    parts: list[RuleCondition | AllocationShare] = [
        RuleCondition(part=part, operator=operator, low=low, high=high) for part, operator, low, high in conditions
    ]
    for row in (rule, *parts, AllocationShare(cost_object=target, share=Decimal("100.0000"))):
        if not isinstance(row, AllocationRule):
            row.rule = rule
        row._history_user = by  # type: ignore[union-attr]  # read by simple_history
        row.full_clean()
        row.save()
    return rule
