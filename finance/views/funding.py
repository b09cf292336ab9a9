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
from finance.choices import TotalBy
from finance.forms.funding import FundingForm, ModelForm, ProjectForm
from finance.forms.funding_proposal import ProposalForm
from finance.models import CostTotal, FundingShare, FundingSource
from finance.models.scope import sees_everything
from finance.reports import freshness, funding_model, funding_page
from finance.reports.funding import OBJECT, PROJECT
from finance.reports.funding_proposals import proposals_of
from finance.views.guards import answers_for, crumbs, is_controller
from vp_portal.core import access, exports
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.as_known import MONEY
from vp_portal.core.forms import in_words
from vp_portal.core.looking_back import as_of, can_look_back, day_of, is_back
from vp_portal.core.periods import Period, year_to_date


def _booked() -> tuple[Period, ...]:
    """The ordinary months with rows, the latest first."""
    totals = CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP).in_force()
    every = totals.order_by("-period").values_list("period", flat=True).distinct()
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


def load_target(request: HttpRequest, kind: str, code: str) -> Any:
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
    target = load_target(request, kind, code)
    on = access.today()
    if request.method == "POST" and not is_controller(request.user):
        raise PermissionDenied(_("Finansieringen sätts av controllers."))
    form = ModelForm(request.POST, **_offered(target, on)) if request.method == "POST" else None
    if form and form.is_valid() and _save(request, target, form):
        return redirect("finance:funding_model", kind, code)
    return model_page(request, kind, target, status=422 if form else 200, form=form)


def _offered(target: Any, on: dt.date) -> dict[str, Any]:
    """The sources, and what each has a part of today."""
    now = FundingShare.objects.of(target).on(on)
    return {"sources": list(FundingSource.objects.all()), "shares": dict(now.values_list("source_id", "share"))}


def proposal_form(request: HttpRequest, target: Any) -> ProposalForm:
    data = request.POST if request.method == "POST" else None
    return ProposalForm(data, **_offered(target, access.today()), auto_id="proposed_%s")


def model_page(
    request: HttpRequest,
    kind: str,
    target: Any,
    *,
    status: int = 200,
    form: ModelForm | None = None,
    proposal_form: ProposalForm | None = None,
) -> HttpResponse:
    """The page of one model. `form`, `proposal_form`: those that were wrong."""
    on, fresh, user = access.today(), freshness(), request.user
    latest = fresh.latest_period
    may_change = is_controller(user)
    may_propose = kind == OBJECT and not may_change and answers_for(user, target, on)
    offered = _offered(target, on)
    context = {
        "fresh": fresh,
        "on": on,
        "page": funding_model.page(kind, target, user, on, year_to_date(latest) if latest else None),
        "form": form or ModelForm(**offered),
        "may_change": may_change,
        "proposals": proposals_of(target) if kind == OBJECT and (may_change or may_propose) else [],
        "may_propose": may_propose,
        "proposal_form": proposal_form or ProposalForm(**offered, auto_id="proposed_%s"),
        "has_sources": bool(offered["sources"]),
        "sees_everything": sees_everything(user),
        "crumbs": crumbs((_("Finansiering"), "finance:funding")),
    }
    return render(request, "finance/funding_model.html", context, status=status)


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
    target = load_target(request, kind, code)
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
