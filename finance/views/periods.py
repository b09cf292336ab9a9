"""The booked periods, and locking them. Controllers and administrators lock; only administrators open."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from finance.actions import periods as period_actions
from finance.forms import ReasonForm
from finance.reports.periods import booked_periods, state_of
from finance.views.guards import crumbs, guard_imports, is_controller
from vp_portal.core import access, formatting
from vp_portal.core.periods import Period

Change = Callable[..., Any]


@require_GET
def periods(request: HttpRequest) -> HttpResponse:
    """Every period with rows that count, and whether it is locked."""
    guard_imports(request.user)
    whole = is_controller(request.user)
    context = {
        "periods": booked_periods(request.GET.get("page"), whole=whole),
        "is_controller": whole,
        "may_open": _is_administrator(request),
        "crumbs": crumbs((_("Importer"), "finance:imports")),
    }
    return render(request, "finance/periods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def lock(request: HttpRequest, number: int) -> HttpResponse:
    """Keeps what is booked in the period as it is."""
    guard_imports(request.user)
    return _change(request, number, period_actions.lock, locking=True)


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def unlock(request: HttpRequest, number: int) -> HttpResponse:
    """Lets the period be changed again."""
    guard_imports(request.user)
    if not _is_administrator(request):
        raise PermissionDenied(_("En låst period öppnas av administratörer."))
    return _change(request, number, period_actions.unlock, locking=False)


def _is_administrator(request: HttpRequest) -> bool:
    return access.has_role(request.user, access.Role.ADMINISTRATOR)


def _change(request: HttpRequest, number: int, change: Change, *, locking: bool) -> HttpResponse:
    try:
        period = Period(number)
    except ValueError:
        raise Http404(_("Det finns ingen sådan period.")) from None
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = _("%(period)s är låst.") if locking else _("%(period)s är öppen.")
        try:
            change(period, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except period_actions.AlreadySo:
            messages.info(request, _("Någon annan hann före."))
        else:
            messages.success(request, done % {"period": formatting.period(period)})
        return redirect("finance:periods")
    context = {
        "period": period,
        "state": state_of(period),
        "locking": locking,
        "form": form,
        "crumbs": crumbs((_("Importer"), "finance:imports"), (_("Perioder"), "finance:periods")),
    }
    return render(request, "finance/period_change.html", context, status=422 if form.is_bound else 200)
