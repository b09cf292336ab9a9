"""Where the money went."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.forms import FlowForm
from finance.reports import checks, freshness, money_flow
from finance.reports.options import options
from finance.views.guards import crumbs
from vp_portal.core import exports
from vp_portal.core.as_known import MONEY
from vp_portal.core.looking_back import as_of, can_look_back, day_of


@require_GET
@exports.limited()
@can_look_back(MONEY)
def flow(request: HttpRequest) -> HttpResponse:
    """From account groups through cost centres to cost objects. The filter is kept in the address."""
    on = day_of(request)
    fresh = freshness()
    seen = checks.seen_by(request.user, on)
    offered = options(seen, request.user, on, fresh.latest_period, request.GET.get("from"))
    form = FlowForm(request.GET, options=offered, latest=fresh.latest_period, on=on)
    context: dict[str, Any] = {"form": form, "fresh": fresh, "on": on, "has_rows": bool(offered.periods)}
    if fresh.latest_period and offered.periods and form.is_valid():
        everything = "format" in request.GET or bool(form.cleaned_data.get("show"))
        page = money_flow.money_flow(
            seen, form.selection(), request.user, latest=fresh.latest_period, everything=everything
        )
        if "format" in request.GET:
            rows, columns = money_flow.table(page)
            return exports.table_response(rows, columns, _("penningflöde"), request.GET["format"], as_of=as_of(request))
        context |= {"page": page, "limits": form.limits(request.GET)}
    return render(request, "finance/flow.html", {**context, "crumbs": crumbs()})
