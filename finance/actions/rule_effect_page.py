"""What the page of a rule's effect shows: the effect with names, beside the rule or in its form."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from finance.actions import cascades
from finance.actions.rule_effect import Effect, effect
from finance.models import AllocationRule
from services.models import CostObject
from vp_portal.core import small_charts

#: So many rows per cost object and period are shown.
_PERIOD_ROWS = 120


def effect_context(rule: AllocationRule, *, everything: bool) -> dict[str, Any]:
    """What the page of a rule's effect shows; `circle` instead of an effect where there can be none."""
    context: dict[str, Any] = {
        "rule": rule,
        "admin_url": reverse("admin:finance_allocationrule_change", args=[rule.pk]),
    }
    context["sees_everything"] = everything
    try:
        found = effect(rule, everything=everything)
    except cascades.CircleError as circle:
        names = _named(CostObject, circle.path)
        return {**context, "circle": " → ".join(str(names[key]) for key in circle.path)}
    return {**context, "effect": found, **_tables(found)}


def _tables(found: Effect) -> dict[str, Any]:
    """The effect with names: moves between rules, and changes per cost object, largest first, and per period."""
    keys = {*found.taken, *found.lost, *found.shadowed, *found.dead}
    names = _named(AllocationRule, keys)
    objects = _named(CostObject, {change.cost_object for change in found.changes})

    def moved(sums: Any) -> list[dict[str, Any]]:
        rows = [{"rule": names.get(key), "sums": each, "dead": key in found.dead} for key, each in sums.items()]
        return sorted(rows, key=lambda row: -abs(row["sums"].amount))

    by_object: dict[int | None, list[Any]] = {}
    for change in found.changes:
        held = by_object.setdefault(change.cost_object, [0, 0])
        held[0], held[1] = held[0] + change.now, held[1] + change.then
    rows = sorted(by_object.items(), key=lambda item: -abs(item[1][1] - item[1][0]))
    bars = small_charts.diverging([then - now for _key, (now, then) in rows])
    return {
        "taken": moved(found.taken),
        "lost": moved(found.lost),
        "shadowed": moved(found.shadowed),
        "objects": [
            {"object": objects.get(key), "now": now, "then": then, "difference": then - now, "bar": bar}
            for (key, (now, then)), bar in zip(rows, bars, strict=True)
        ],
        "periods": [
            {"period": c.period, "object": objects.get(c.cost_object), "now": c.now, "then": c.then}
            for c in found.changes
        ][:_PERIOD_ROWS],
        "more_periods": max(0, len(found.changes) - _PERIOD_ROWS),
    }


def _named(model: Any, keys: Iterable[int | None]) -> dict[int | None, Any]:
    return {one.pk: one for one in model.objects.filter(pk__in={key for key in keys if key})}
