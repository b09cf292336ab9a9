"""Screens that need several apps: the overview of each role, a cost object's page, a unit's."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.choices import Against
from services.access import person_of
from services.models import CostObject
from vp_portal.core import access, exports
from vp_portal.core.as_known import MONEY, PLAN
from vp_portal.core.looking_back import as_of, can_look_back, day_of, is_back
from vp_portal.overview import admin_links
from vp_portal.overview.forms import PeriodForm, UnitPeriodForm
from vp_portal.overview.privacy import registry
from vp_portal.overview.reports import (
    administrator,
    controller,
    management,
    manager,
    periods,
    personal,
    plan_owner,
    planned,
    roles,
    units,
)
from vp_portal.overview.reports import cost_object as cost_object_report
from vp_portal.overview.reports.costs import Span

#: Renders the overview of one role.
Home = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


@require_GET
@can_look_back(PLAN, MONEY)
def home(request: HttpRequest) -> HttpResponse:
    """What the reader's role needs first. Several roles are tabs, kept in `?view=`."""
    on = day_of(request)
    views = roles.views_of(request.user, on)
    current = next((view for view in views if view.code == request.GET.get("view")), views[0])
    context = {"on": on, "tabs": roles.tabs(views, current) if len(views) > 1 else None, "view": current}
    return _HOMES[current.code](request, context)


def _manager(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    booked = periods.booked()
    span = booked.span(request.GET.get("period", ""))
    everything = request.GET.get("show") == "all"
    try:
        unit, plan = request.GET.get("unit", ""), _plan(request, span, context["on"])
        page = manager.page(request.user, unit, span, context["on"], everything=everything, plan=plan)
    except manager.NoSuchUnitError as error:
        raise Http404 from error
    chosen = {"unit": page.unit.code if page.unit else "", "period": _value(span), "view": request.GET.get("view", "")}
    chosen["compare"] = _compared(page.money.plan if page.money else None)
    form = UnitPeriodForm(initial=chosen, roots=page.roots, periods=booked.periods)
    return render(request, "overview/manager.html", {**context, "page": page, "form": form, "booked": booked})


def _money(report: Callable[..., Any], template: str) -> Home:
    """A role's overview with a period to choose."""

    def home(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        booked = periods.booked()
        span = booked.span(request.GET.get("period", ""))
        page = report(request.user, span, context["on"])
        form = _period_form(booked, span, request.GET.get("view", ""))
        return render(request, template, {**context, "page": page, "form": form, "booked": booked})

    return home


def _plan_owner(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "overview/plan_owner.html", {**context, "page": plan_owner.page(context["on"])})


def _reader(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    on = context["on"]
    page, counts = plan_owner.page(on), plan_owner.catalogue_counts(on)
    mine = page.owned_by(person_of(request.user))
    return render(request, "overview/reader.html", {**context, "page": page, "counts": counts, "mine": mine})


def _administrator(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Accounts, jobs and the latest changes: they are looked after now, and have no past to show."""
    if is_back(request):
        messages.info(request, _("Administratörens översikt visar alltid läget nu."))
        return redirect(f"{request.path}?view=administrator")
    page = administrator.page(access.today(), timezone.now())
    registers = admin_links.registers(request.user)
    more = {"registers": registers, "may_change_accounts": request.user.has_perm("core.change_user")}
    return render(request, "overview/administrator.html", {**context, "page": page, **more})


_HOMES: dict[str, Home] = {
    "manager": _manager,
    "controller": _money(controller.page, "overview/controller.html"),
    "management": _money(management.page, "overview/management.html"),
    "plan_owner": _plan_owner,
    "reader": _reader,
    "administrator": _administrator,
    "personal": _money(personal.page, "overview/personal.html"),
}


def _period_form(booked: periods.Booked, span: Span | None, view: str = "", **more: str) -> PeriodForm:
    return PeriodForm(initial={"period": _value(span), "view": view, **more}, periods=booked.periods)


def _plan(request: HttpRequest, span: Span | None, on: dt.date) -> planned.Finder:
    """What the cost is held against, out of the address."""
    return planned.finder(request.user, on, request.GET.get("compare", ""), span)


def _compared(found: planned.PlannedCosts | None) -> str:
    """What the choice shows: what is compared with, not what was asked for."""
    return found.against.value if found else Against.LAST_YEAR.value


def _value(span: Span | None) -> str:
    return str(int(span.last)) if span else ""


@require_GET
@can_look_back(PLAN, MONEY)
def cost_object(request: HttpRequest, code: str) -> HttpResponse:
    """A service area, service, FO or overhead object. The catalogue's facts are open, its cost is not."""
    on = day_of(request)
    try:
        own = cost_object_report.load(code, on)
    except CostObject.DoesNotExist as error:
        raise Http404 from error
    booked = periods.booked()
    span = booked.span(request.GET.get("period", ""))
    page = cost_object_report.page(own, request.user, span, on, _plan(request, span, on), as_of=as_of(request))
    context = {
        "on": on,
        "page": page,
        "form": _period_form(booked, span, compare=_compared(page.cost.plan)),
        "booked": booked,
        "admin": admin_links.for_cost_object(request.user, own),
    }
    return render(request, "overview/cost_object.html", context)


@require_GET
@can_look_back(PLAN, MONEY)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """A unit with those below it. People and cost centres are open, the money is for those who may see it."""
    on = day_of(request)
    booked = periods.booked()
    span = booked.span(request.GET.get("period", ""))
    page = units.page(code, request.user, span, on, _plan(request, span, on))
    if page is None:
        raise Http404
    context = {
        "on": on,
        "page": page,
        "form": _period_form(booked, span, compare=_compared(page.cost.plan)),
        "booked": booked,
        "admin": admin_links.for_unit(request.user, page.node),
    }
    return render(request, "overview/unit.html", context)


@require_GET
@exports.limited()
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data the portal keeps, why and for how long, as a page and as a file. For everyone signed in."""
    if "format" in request.GET:
        return exports.table_response(registry.table(), registry.COLUMNS, _("personuppgifter"), request.GET["format"])
    return render(request, "overview/privacy.html", {"groups": registry.by_purpose()})
