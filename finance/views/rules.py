"""The allocation rules, and what one of them would do before it is used."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import cascades
from finance.actions import rules as rule_actions
from finance.actions.rule_effect import Effect, effect
from finance.models import AllocationRule
from finance.models.scope import sees_everything
from finance.reports import allocation_rules
from finance.views.guards import crumbs, guard_controller
from vp_portal.core import access, small_charts


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in the order they are tried, with what came by each."""
    guard_controller(request.user)
    state = request.GET.get("state", "")
    if state not in allocation_rules.STATES:
        raise Http404
    page = allocation_rules.rules_page(state, request.GET.get("page"))
    labels = {"": _("Alla"), "used": _("Används"), "idle": _("Når ingenting"), "draft": _("Utkast och förslag")}
    context = {
        "page": page,
        "state": state,
        "tabs": [
            {"label": label, "url": f"?state={key}" if key else "?", "current": key == state, "count": page.counts[key]}
            for key, label in labels.items()
        ],
        "empty_bases": allocation_rules.empty_bases(),
        "crumbs": crumbs(),
    }
    return render(request, "finance/rules.html", context)


@require_GET
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """What a stored rule would change in the figures that count now."""
    guard_controller(request.user)
    found = get_object_or_404(AllocationRule.objects.select_related("driver", "passes_on", "suggested_by"), pk=pk)
    context = effect_context(found, everything=sees_everything(request.user))
    context["problems"] = _problems(found)
    context["crumbs"] = crumbs((_("Fördelning"), "finance:rules"))
    return render(request, "finance/rule.html", context)


def _problems(rule: AllocationRule) -> list[str]:
    """What stands in the way of using a draft."""
    if rule.is_active:
        return []
    rule.is_active = True
    found = rule_actions.problems(rule_actions.stored(rule))
    rule.is_active = False
    return found


@require_POST
@access.writes_with_a_right
def use_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a draft into use. It counts from the next run."""
    user = guard_controller(request.user)
    found = get_object_or_404(AllocationRule.objects.filter(is_active=False), pk=pk)
    try:
        rule_actions.use(found, by=user, at=timezone.now())
    except rule_actions.RefusedError as refused:
        messages.error(request, " ".join(refused.problems))
        return redirect("finance:rule", pk=pk)
    messages.success(request, _("Regeln används från nästa fördelning. Kör den från Importer när du är klar."))
    return redirect("finance:rules")


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
        names = allocation_rules.object_names(circle.path)
        return {**context, "circle": " → ".join(str(names[key]) for key in circle.path)}
    return {**context, "effect": found, **_tables(found)}


def _tables(found: Effect) -> dict[str, Any]:
    """The effect with names: moves between rules, and changes per cost object, largest first, and per period."""
    keys = {*found.taken, *found.lost, *found.shadowed, *found.dead}
    names = allocation_rules.rule_names(keys)
    objects = allocation_rules.object_names({change.cost_object for change in found.changes})

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
            {"object": objects.get(key), "now": now, "then": then, "bar": bar}
            for (key, (now, then)), bar in zip(rows, bars, strict=True)
        ],
        "periods": [
            {"period": c.period, "object": objects.get(c.cost_object), "now": c.now, "then": c.then}
            for c in found.changes
        ][:_PERIOD_ROWS],
        "more_periods": max(0, len(found.changes) - _PERIOD_ROWS),
    }


_PERIOD_ROWS = 120
