"""How a forecast came to its amounts, and computing it anew."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import forecasts as actions
from finance.actions.budgets import NotADraftError
from finance.choices import VersionKind
from finance.reports import budgets as budget_report
from finance.reports import forecasts as report
from finance.views.budgets import guard_budgets, load_version, version_crumbs
from vp_portal.core import access, exports
from vp_portal.core.access import writes_with_a_right


@require_GET
@exports.limited()
def basis(request: HttpRequest, pk: int) -> HttpResponse:
    """The method of each row, why it was chosen, and the figures."""
    version = load_version(request, pk)
    asked = request.GET.get("cut", "")
    cut = asked if asked in budget_report.CUTS else "cost_centre"
    groups = report.basis(version, request.user, access.today(), cut)
    if "format" in request.GET:
        rows, columns = report.table(groups)
        return exports.table_response(rows, columns, _("prognosens grund"), request.GET["format"])
    labels = {"cost_centre": _("Per kostnadsställe"), "cost_object": _("Per kostnadsbärare")}
    context = {
        "version": version,
        "groups": groups,
        "tabs": [
            {"label": labels[one], "url": f"?cut={one}", "current": one == cut, "count": None}
            for one in budget_report.CUTS
        ],
        "cut": cut,
        "crumbs": version_crumbs(version),
    }
    return render(request, "finance/forecast_basis.html", context)


@require_POST
@writes_with_a_right
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Fills a draft of a forecast anew out of what is booked by now."""
    user = guard_budgets(request)
    version = load_version(request, pk)
    if version.kind != VersionKind.FORECAST:
        messages.error(request, _("Det som räknas fram är en prognos."))
        return redirect("finance:budget", pk)
    try:
        actions.compute(version, by=user)
    except (NotADraftError, actions.NothingBookedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Prognosen är framräknad ur utfallet."))
    return redirect("finance:budget", pk)
