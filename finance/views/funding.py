"""The funding: every cost object's, and one's model with its history."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from finance.actions import funding as actions
from finance.forms.funding import FundingForm, ModelForm, ProjectForm
from finance.models import CostRollup, FundingSource
from finance.models.scope import sees_everything
from finance.reports import freshness, funding_model, funding_page
from finance.reports.funding import OBJECT, PROJECT
from finance.views.guards import crumbs, is_controller
from vp_portal.core import access, exports
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.as_known import MONEY
from vp_portal.core.forms import in_words
from vp_portal.core.looking_back import as_of, can_look_back, day_of, is_back
from vp_portal.core.periods import Period, year_to_date


def _booked() -> tuple[Period, ...]:
    """The ordinary months with rows, the latest first."""
    every = CostRollup.objects.in_force().order_by("-period").values_list("period", flat=True).distinct()
    return tuple(period for period in map(Period, every) if not period.is_special)


@require_GET
@exports.limited()
@can_look_back(MONEY)
def funding(request: HttpRequest) -> HttpResponse:
    """Cost against funding, and income against the models. The filter is kept in the address."""
    on, fresh = day_of(request), freshness()
    wide = funding_page.is_wide(request.user)
    form = FundingForm(request.GET, periods=_booked(), latest=fresh.latest_period, on=on)
    context: dict[str, Any] = {
        "form": form,
        "fresh": fresh,
        "on": on,
        "is_wide": wide,
        "has_objects": wide or funding_page.objects_for(request.user, on).exists(),
        "may_change": is_controller(request.user) and not is_back(request),
        "sees_everything": sees_everything(request.user),
        "crumbs": crumbs(),
        "project_form": ProjectForm(),
    }
    if fresh.latest_period and context["has_objects"] and form.is_valid():
        page = funding_page.page(request.user, form.asked())
        if "format" in request.GET:
            rows, columns = funding_page.table(page)
            return exports.table_response(rows, columns, _("finansiering"), request.GET["format"], as_of=as_of(request))
        context |= {"page": page, "tabs": _tabs(page) if wide else []}
    return render(request, "finance/funding.html", context)


def _tabs(page: funding_page.FundingPage) -> list[dict[str, Any]]:
    asked = page.asked
    spans = {"from": int(asked.first), "to": int(asked.last), "source": asked.source, "show": asked.show}
    return [
        {
            "label": label,
            "url": funding_page.address(cut="" if cut == OBJECT else cut, **spans),
            "current": cut == asked.cut,
            "count": None,
        }
        for cut, label in ((OBJECT, _("Kostnadsbärare")), (PROJECT, _("Projekt i redovisningen")))
    ]


def _load(request: HttpRequest, kind: str, code: str) -> Any:
    if not access.signed_in(request.user):
        raise PermissionDenied
    target = funding_model.load(kind, code)
    if target is None:
        raise Http404(_("Det finns ingen sådan kostnadsbärare eller något sådant projekt."))
    return target


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def model(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One model with its history. Controllers set a new one from a day on."""
    target = _load(request, kind, code)
    may_change, on, latest = is_controller(request.user), access.today(), freshness().latest_period
    if request.method == "POST" and not may_change:
        raise PermissionDenied(_("Finansieringen sätts av controllers."))
    page = funding_model.page(kind, target, request.user, on, year_to_date(latest) if latest else None)
    sources = list(FundingSource.objects.all())
    now = {share.source_id: share.share for share in page.now.shares} if page.now else {}
    form = ModelForm(request.POST if request.method == "POST" else None, sources=sources, shares=now)
    if form.is_bound and form.is_valid() and _save(request, target, form):
        return redirect("finance:funding_model", kind, code)
    context = {
        "page": page,
        "form": form,
        "may_change": may_change,
        "has_sources": bool(sources),
        "sees_everything": sees_everything(request.user),
        "crumbs": crumbs((_("Finansiering"), "finance:funding")),
    }
    return render(request, "finance/funding_model.html", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, target: Any, form: ModelForm) -> bool:
    """Whether it was stored; what stood in the way is said on the form."""
    given = form.cleaned_data
    assert access.signed_in(request.user)  # noqa: S101 - asked for by the view
    try:
        valid = actions.set_model(
            target,
            form.shares(),
            first=given["first"],
            last=given["last"],
            registry_no=given["registry_no"],
            by=request.user,
        )
    except (actions.NotWholeError, ValidationError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return False
    messages.success(request, _("Modellen är sparad och gäller %(days)s.") % {"days": in_words(valid)})
    return True


@require_POST
@writes_with_a_right
def remove(request: HttpRequest, kind: str, code: str, first: str) -> HttpResponse:
    """Takes away the model that begins on a day."""
    target = _load(request, kind, code)
    if not (access.signed_in(request.user) and is_controller(request.user)):
        raise PermissionDenied(_("Finansieringen sätts av controllers."))
    try:
        day = dt.date.fromisoformat(first)
        actions.remove_model(target, day, by=request.user)
    except (ValueError, actions.NoModelError) as error:
        raise Http404(_("Ingen modell börjar gälla den dagen.")) from error
    messages.success(request, _("Modellen från %(day)s är borttagen.") % {"day": day})
    return redirect("finance:funding_model", kind, code)


@require_GET
def project(request: HttpRequest) -> HttpResponse:
    """Leads to the model of a project, by its code."""
    form = ProjectForm(request.GET)
    if form.is_valid():
        return redirect("finance:funding_model", PROJECT, form.cleaned_data["project"])
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect(funding_page.address(cut=PROJECT))
