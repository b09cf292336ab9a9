"""What services cost those who use them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.forms import ShowbackForm
from finance.models import Driver
from finance.reports import checks, freshness
from finance.reports import showback as report
from finance.reports.options import options
from finance.views.guards import crumbs, is_controller
from vp_portal.core import exports
from vp_portal.core.as_known import MONEY
from vp_portal.core.looking_back import as_of, can_look_back, day_of, is_back


@require_GET
@exports.limited()
@can_look_back(MONEY)
def showback(request: HttpRequest) -> HttpResponse:
    """Cost per user, device or other unit, over time and by consuming unit. The filter is kept in the address."""
    on = day_of(request)
    fresh = freshness()
    seen = checks.seen_by(request.user, on)
    offered = options(seen, request.user, on, fresh.latest_period, request.GET.get("from"))
    drivers = {driver.code: driver for driver in Driver.objects.most_used()}
    form = ShowbackForm(request.GET, options=offered, latest=fresh.latest_period, on=on, drivers=drivers)
    context: dict[str, Any] = {"form": form, "fresh": fresh, "on": on, "has_rows": bool(offered.periods)}
    context |= {
        "has_drivers": bool(drivers),
        "is_controller": is_controller(request.user) and not is_back(request),
        "crumbs": crumbs(),
    }
    if fresh.latest_period and offered.periods and drivers and form.is_valid():
        everything = bool(form.cleaned_data.get("show"))
        page = report.showback(
            seen,
            form.selection(),
            form.driver_of(),
            request.user,
            latest=fresh.latest_period,
            everything=everything,
        )
        if "format" in request.GET:
            rows, columns = report.table(page)
            return exports.table_response(
                rows, columns, _("kostnad per enhet"), request.GET["format"], as_of=as_of(request)
            )
        context |= {"page": page, "limits": form.limits(request.GET)}
    return render(request, "finance/showback.html", context)
