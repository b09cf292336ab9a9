"""Runs of the allocation: the list, two beside each other, and scenarios that change nothing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from finance.actions import allocation, cascades
from finance.forms.allocation import CompareForm, ScenarioForm
from finance.models import AllocationRun
from finance.reports import freshness
from finance.reports import runs as report
from finance.views.guards import crumbs, guard_controller
from vp_portal.core import access


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """When the rules were run, which run counts, and the scenarios."""
    guard_controller(request.user)
    context = {"page": report.run_list(request.GET.get("page")), **_fresh(), "crumbs": _crumbs()}
    return render(request, "finance/runs.html", context)


@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """A run against another: the one in force, unless said. For the one in force, the one before it."""
    guard_controller(request.user)
    found = get_object_or_404(AllocationRun.objects.select_related("made_by"), pk=pk)
    form = CompareForm(request.GET or None)
    other = form.cleaned_data["with_run"] if form.is_bound and form.is_valid() else _compared_with(found)
    form = CompareForm(request.GET or None, initial={"with_run": other})
    context: dict[str, Any] = {"run": found, "other": other, "form": form, **_fresh()}
    if other:
        context["found"] = report.compare(other, found)
    context["crumbs"] = _crumbs((_("Körningar"), "finance:runs"))
    return render(request, "finance/run.html", context)


def _compared_with(run: AllocationRun) -> AllocationRun | None:
    current = AllocationRun.objects.in_force().exclude(pk=run.pk).first()
    earlier = AllocationRun.objects.filter(scenario="", made_at__lte=run.made_at).exclude(pk=run.pk)
    return current or earlier.order_by("-made_at", "-pk").first()


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def try_out(request: HttpRequest) -> HttpResponse:
    """Runs a scenario beside the run that counts, and shows the two."""
    user = guard_controller(request.user)
    form = ScenarioForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        choice = {name: [rule.pk for rule in given[name]] for name in ("using", "without")}
        try:
            made = allocation.try_out(name=given["name"], by=user, at=timezone.now(), **choice)
        except cascades.CircleError:
            form.add_error(None, _("Reglerna skulle föra kostnad runt i en cirkel. Öppna utkastet: där står vägen."))
        else:
            messages.success(request, _("Scenariot är räknat. Siffrorna som gäller är orörda."))
            return redirect("finance:run", pk=made.pk)
    context = {"form": form, "crumbs": _crumbs((_("Körningar"), "finance:runs"))}
    return render(request, "finance/try_out.html", context, status=422 if form.is_bound else 200)


def _fresh() -> dict[str, Any]:
    return {"fresh": freshness(), "on": access.today()}


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return crumbs((_("Fördelning"), "finance:rules"), *more)
