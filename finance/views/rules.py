"""The allocation rules, and what one of them would do before it is used."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import rules as rule_actions
from finance.actions.rule_effect_page import effect_context
from finance.models import AllocationRule
from finance.models.scope import sees_everything
from finance.reports import allocation_rules, freshness
from finance.views.guards import crumbs, guard_controller
from vp_portal.core import access


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
        "fresh": freshness(),
        "on": access.today(),
        "crumbs": crumbs(),
    }
    return render(request, "finance/rules.html", context)


@require_GET
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """What a stored rule would change in the figures that count now."""
    guard_controller(request.user)
    found = get_object_or_404(AllocationRule.objects.select_related("driver", "passes_on", "suggested_by"), pk=pk)
    context = effect_context(found, everything=sees_everything(request.user))
    context |= {"problems": _problems(found), "fresh": freshness(), "on": access.today()}
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
