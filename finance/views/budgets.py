"""Budgets and forecasts: all of them, one of them, and a new one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from finance.actions import budgets as actions
from finance.actions import forecasts
from finance.choices import VersionKind
from finance.forms.budgets import LimitsForm, VersionForm
from finance.models import BudgetLine, BudgetVersion
from finance.models.scope import sees_everything
from finance.reports import budgets as report
from finance.reports import freshness
from finance.views.guards import crumbs, is_controller
from vp_portal.core import access, exports, formatting
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.models import User
from vp_portal.core.periods import Period


def load_version(request: HttpRequest, pk: int) -> BudgetVersion:
    """A version that the user may know of; 404 for others' drafts."""
    if not access.signed_in(request.user):
        raise PermissionDenied
    found = BudgetVersion.objects.visible_to(request.user).select_related("made_by").filter(pk=pk).first()
    if found is None:
        raise Http404(_("Versionen finns inte."))
    return found


def guard_budgets(request: HttpRequest) -> User:
    """The user, who makes budgets and forecasts."""
    if not (access.signed_in(request.user) and is_controller(request.user)):
        raise PermissionDenied(_("Budgetar och prognoser görs av controllers."))
    return request.user


def version_crumbs(version: BudgetVersion | None = None) -> list[dict[str, str]]:
    found = crumbs((_("Budget och prognos"), "finance:budgets"))
    if version:
        found.append({"label": str(version), "url": reverse("finance:budget", args=[version.pk])})
    return found


@require_GET
def budgets(request: HttpRequest) -> HttpResponse:
    """Every version, the latest year first, with what the user sees of its sums."""
    on = access.today()
    context = {
        "fresh": freshness(),
        "on": on,
        "rows": report.versions(request.user, on),
        "may_make": is_controller(request.user),
        "sees_everything": sees_everything(request.user),
        "crumbs": crumbs(),
    }
    return render(request, "finance/budgets.html", context)


@require_GET
@exports.limited()
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    """A version: its sums, approvals, rows and history."""
    on = access.today()
    version = load_version(request, pk)
    lines = BudgetLine.objects.visible_to(request.user, on).filter(version=version)
    cuts = {cut: report.cut_sum(lines, cut) for cut in report.CUTS}
    asked = request.GET.get("cut", "")
    cut = asked if asked in report.CUTS else next((c for c in report.CUTS if cuts[c].rows), "cost_centre")
    rows = report.rows_of(lines, cut)
    if "format" in request.GET:
        body, columns = report.table(rows, cut)
        return exports.table_response(body, columns, f"{version.get_kind_display()} {version}", request.GET["format"])
    context = {
        "fresh": freshness(),
        "on": on,
        "version": version,
        "cut": cut,
        "cuts": cuts,
        "tabs": _tabs(cuts, cut),
        "page": report.row_page(rows, request.GET.get("page")),
        "approvals": report.approvals(version, request.user, on),
        "changes": report.changes(version),
        "may_change": is_controller(request.user) and version.is_draft,
        "sees_everything": sees_everything(request.user),
        "crumbs": version_crumbs(),
        **_looks_odd(cuts[cut]),
    }
    return render(request, "finance/budget.html", context)


def _tabs(cuts: dict[str, report.CutSum], current: str) -> list[dict[str, Any]]:
    labels = {"cost_centre": _("Per kostnadsställe"), "cost_object": _("Per kostnadsbärare")}
    return [{"label": labels[cut], "url": f"?cut={cut}", "current": cut == current, "count": None} for cut in cuts]


def _looks_odd(found: report.CutSum) -> dict[str, bool]:
    """An income above zero in the ledger's signs is most likely a sign that was left out."""
    return {"flipped": found.income < 0}


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def new(request: HttpRequest) -> HttpResponse:
    """A new version: empty, copied from another or from a year's outcome, or a forecast that is computed."""
    user = guard_budgets(request)
    on, latest = access.today(), freshness().latest_period
    booked = latest.year if latest else on.year
    starts = [
        ("empty", _("Tomt")),
        *((f"outcome-{year}", _outcome(year, latest)) for year in range(booked, booked - 3, -1)),
    ]
    starts += [
        (f"version-{one.pk}", f"{one.get_kind_display()} {one.year}: {one}") for one in BudgetVersion.objects.all()
    ]
    if latest:
        starts.append(("computed", _("Räkna fram en prognos ur utfallet")))
    form = VersionForm(request.POST if request.method == "POST" else None, starts=starts, initial={"year": on.year + 1})
    if form.is_bound and form.is_valid():
        version = actions.make(form.save(commit=False), by=user, at=timezone.now())
        _fill(version, form.cleaned_data, user)
        messages.success(request, _("%(version)s är skapad som utkast.") % {"version": version})
        return redirect("finance:budget", version.pk)
    context = {"form": form, "crumbs": version_crumbs()}
    return render(request, "finance/budget_new.html", context, status=422 if form.is_bound else 200)


def _outcome(year: int, latest: Period | None) -> str:
    """What is copied of a year's outcome: a year that isn't over gives months without an amount."""
    if latest and latest.year == year and latest.month < 12:
        words = {"year": year, "month": formatting.period_name(latest)}
        return _("Utfallet %(year)s, bara det som är bokfört till och med %(month)s") % words
    return _("Utfallet %s") % year


def _fill(version: BudgetVersion, given: dict[str, Any], user: User) -> None:
    kind, _dash, number = given["start"].partition("-")
    if kind == "outcome":
        actions.copy(version, int(number), given["factor"], by=user)
    elif kind == "version":
        actions.copy(version, BudgetVersion.objects.get(pk=number), given["factor"], by=user)
    elif kind == "computed" and version.kind == VersionKind.FORECAST:
        forecasts.compute(version, by=user)


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def limits(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft's name, comment and the limits past which a variance needs a comment."""
    user = guard_budgets(request)
    version = load_version(request, pk)
    form = LimitsForm(request.POST if request.method == "POST" else None, instance=version)
    if form.is_bound and form.is_valid():
        try:
            actions.held(version)
        except actions.NotADraftError as error:
            form.add_error(None, str(error))
        else:
            actions.keep(form.save(commit=False), user, _("Namn och gränser"))
            messages.success(request, _("Sparat."))
            return redirect("finance:budget", version.pk)
    context = {"form": form, "version": version, "crumbs": version_crumbs(version)}
    return render(request, "finance/budget_limits.html", context, status=422 if form.is_bound else 200)


@require_POST
@writes_with_a_right
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a draft away."""
    user = guard_budgets(request)
    version = load_version(request, pk)
    try:
        actions.discard(version, by=user)
    except actions.NotADraftError as error:
        messages.error(request, str(error))
        return redirect("finance:budget", pk)
    messages.success(request, _("Utkastet %(version)s är borttaget.") % {"version": version})
    return redirect("finance:budgets")
