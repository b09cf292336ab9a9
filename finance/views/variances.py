"""Variances that have to be explained, and explaining one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import variances as actions
from finance.forms.budgets import ExplainForm
from finance.reports import freshness
from finance.reports import variances as report
from finance.views.budgets import version_crumbs
from vp_portal.core import access, exports
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.as_known import MONEY
from vp_portal.core.looking_back import as_of, can_look_back, day_of
from vp_portal.core.periods import Period


@require_GET
@exports.limited()
@can_look_back(MONEY)
def variances(request: HttpRequest) -> HttpResponse:
    """The variances past the limits of the budget that counts, at the end of the latest tertial."""
    on, fresh = day_of(request), freshness()
    period = report.period_due(fresh.latest_period)
    found = report.variances(request.user, on, period) if period else None
    if found and "format" in request.GET:
        rows, columns = report.table(found)
        return exports.table_response(rows, columns, _("avvikelser"), request.GET["format"], as_of=as_of(request))
    context = {"found": found, "fresh": fresh, "on": on, "crumbs": version_crumbs()}
    return render(request, "finance/variances.html", context)


@require_POST
@writes_with_a_right
def explain(request: HttpRequest, number: int, kind: str, pk: int) -> HttpResponse:
    """The explanation of the unit's manager, or of whoever answers for the cost object."""
    try:
        period = Period(number)
    except ValueError:
        raise Http404(_("Det finns ingen sådan period.")) from None
    user = request.user
    found = report.variances(user, access.today(), period)
    row = next((one for one in found.rows if (one.kind, one.pk) == (kind, pk)), None)
    if found.version is None or row is None:
        raise Http404(_("Avvikelsen finns inte."))
    if not (row.may_write and access.signed_in(user)):
        raise PermissionDenied(_("Avvikelsen förklaras av den som ansvarar."))
    form = ExplainForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Skriv varför det avviker."))
        return redirect("finance:variances")
    actions.explain(
        found.version,
        period,
        unit=pk if kind == "unit" else None,
        cost_object=pk if kind == "cost_object" else None,
        text=form.cleaned_data["text"],
        amounts=(row.cost.this, row.cost.last),
        by=user,
        at=timezone.now(),
    )
    messages.success(request, _("Förklaringen är sparad."))
    return redirect("finance:variances")
