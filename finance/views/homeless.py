"""Cost without a home, and suggestions of where it belongs."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from finance.actions import rules
from finance.choices import CodePart, MatchOperator
from finance.forms.allocation import SuggestForm
from finance.models import AllocationRule
from finance.models.rule import LIST_SEPARATOR
from finance.models.scope import sees_everything, sight
from finance.reports import checks, freshness, homeless
from finance.reports.selection import NONE
from finance.views.guards import crumbs, is_controller
from services.models import CostObject
from vp_portal.core import access
from vp_portal.core.as_known import MONEY
from vp_portal.core.looking_back import can_look_back, day_of, is_back
from vp_portal.core.models import User


def may_suggest(request: HttpRequest) -> bool:
    """Controllers, and line managers for what they see."""
    return is_controller(request.user) or bool(sight(request.user, access.today()).concerned.now)


@require_GET
@can_look_back(MONEY)
def unallocated(request: HttpRequest) -> HttpResponse:
    """Each account on a cost centre that no rule reaches: amount, age, owner and where its siblings went."""
    return _page(request, SuggestForm(on=day_of(request)), status=200)


def _page(request: HttpRequest, form: SuggestForm, *, status: int) -> HttpResponse:
    on = day_of(request)
    fresh = freshness()
    context: dict[str, Any] = {
        "fresh": fresh,
        "on": on,
        "form": form,
        "may_suggest": may_suggest(request) and not is_back(request),
    }
    context["page"] = homeless.homeless_page(request.user, on, request.GET.get("page"))
    context["sees_everything"] = sees_everything(request.user)
    context["is_controller"] = is_controller(request.user)
    context["crumbs"] = crumbs()
    context["chosen"] = set(request.POST.getlist("rows"))
    if fresh.latest_period and context["page"].count:
        context["chart"] = homeless.trend(checks.seen_by(request.user, on), fresh.latest_period, on)
    return render(request, "finance/unallocated.html", context, status=status)


@require_POST
@access.writes_with_a_right
def suggest(request: HttpRequest) -> HttpResponse:
    """Makes a draft rule of each cost centre among the chosen rows. It counts when a controller uses it."""
    if not (access.signed_in(request.user) and may_suggest(request)):
        raise PermissionDenied(_("Förslag lämnas av chefer för egna kostnadsställen och av controllers."))
    on = access.today()
    form = SuggestForm(request.POST, on=on)
    known = {(row[1] or NONE, str(row[3])): row[4] for row in homeless.groups(request.user, on)}
    chosen = [tuple(key.rpartition(":")[::2]) for key in request.POST.getlist("rows")]
    accounts: dict[str, list[str]] = defaultdict(list)
    for key in chosen:
        if key in known:
            accounts[key[0]].append(known[key])
    if form.is_valid() and not accounts:
        form.add_error(None, _("Välj minst en rad i tabellen."))
    if not form.is_valid():
        return _page(request, form, status=422)
    made = [_draft(centre, codes, form.cleaned_data["cost_object"], request.user) for centre, codes in accounts.items()]
    text = ngettext("%d regel är föreslagen.", "%d regler är föreslagna.", len(made)) % len(made)
    if not is_controller(request.user):
        messages.success(request, f"{text} {_('En controller prövar den innan den används.')}")
        return redirect("finance:unallocated")
    messages.success(request, f"{text} {_('Se vad den gör innan du använder den.')}")
    return redirect("finance:rule", pk=made[0].pk) if len(made) == 1 else redirect("/finance/rules/?state=draft")


def _draft(centre: str, codes: list[str], target: CostObject, by: User) -> AllocationRule:
    where = (CodePart.COST_CENTRE.value, MatchOperator.EXACT.value, centre, "")
    if centre == NONE:
        where = (CodePart.COST_CENTRE.value, MatchOperator.EMPTY.value, "", "")
    listed = LIST_SEPARATOR.join(sorted(set(codes)))
    what = (CodePart.ACCOUNT.value, MatchOperator.LIST.value, listed, "")
    name = _("%(centre)s, konto %(accounts)s till %(target)s") % {
        "centre": _("Utan kostnadsställe") if centre == NONE else _("Kst %s") % centre,
        "accounts": listed.replace(LIST_SEPARATOR, ", "),
        "target": target.name,
    }
    return rules.suggest(name=name, conditions=[where, what], target=target, by=by, at=timezone.now())
