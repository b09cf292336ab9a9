"""The economy and the rows behind it."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.forms import EconomyForm, PostingForm
from finance.models import Posting
from finance.models.posting import PostingQuerySet
from finance.models.scope import sees_everything
from finance.reports import checks, economy_page, freshness
from finance.reports import postings as rows_report
from finance.reports.options import EARLIEST, options
from finance.views.guards import answered_for, crumbs, is_controller, may_see_imports
from finance.views.traces import trace_sensitive
from vp_portal.core import exports, formatting
from vp_portal.core.as_known import MONEY
from vp_portal.core.looking_back import as_of, can_look_back, day_of, is_back


@require_GET
@exports.limited()
@can_look_back(MONEY)
def economy(request: HttpRequest) -> HttpResponse:
    """Totals, months and the table that can be turned. The filter is kept in the address."""
    on = day_of(request)
    fresh = freshness()
    seen = checks.seen_by(request.user, on)
    offered = options(seen, request.user, on, fresh.latest_period, request.GET.get("from"))
    form = EconomyForm(request.GET, options=offered, latest=fresh.latest_period, on=on)
    context: dict[str, Any] = {"form": form, "fresh": fresh, "on": on, "has_rows": bool(offered.periods)}
    if fresh.latest_period and offered.periods and form.is_valid():
        wanted = replace(form.turning(), everything=True) if "format" in request.GET else form.turning()
        page = economy_page.page(
            seen,
            form.selection(),
            wanted,
            request.user,
            booked_from=offered.periods[-1],
            latest=fresh.latest_period,
        )
        if "format" in request.GET:
            rows, columns = economy_page.table(page)
            return exports.table_response(rows, columns, _("ekonomi"), request.GET["format"], as_of=as_of(request))
        context |= {"page": page, "limits": form.limits(request.GET)}
    context["sees_everything"] = sees_everything(request.user)
    context["may_see_imports"] = may_see_imports(request.user)
    return render(request, "finance/economy.html", context)


@require_GET
@exports.limited()
@can_look_back(MONEY)
def postings(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure, to the öre."""
    on = day_of(request)
    fresh = freshness()
    seen = checks.seen_by(request.user, on)
    offered = options(seen, request.user, on, fresh.latest_period, request.GET.get("from") or EARLIEST)
    form = PostingForm(request.GET, options=offered, latest=fresh.latest_period, on=on)
    context: dict[str, Any] = {"form": form, "fresh": fresh, "on": on, "has_rows": bool(offered.periods)}
    context["crumbs"] = crumbs()
    if offered.periods and form.is_valid():
        chosen, filters = form.selection(), form.filters()
        page = rows_report.rows_page(request.user, chosen, filters, request.GET.get("page"))
        part = rows_report.part_of(request.user, chosen, filters)
        page = replace(page, part=None if part == page.total else part)
        if "format" in request.GET and page.count <= exports.MOST_ROWS:
            rows = rows_report.found(request.user, chosen, filters)
            everything = list(rows_report.ordered(rows, filters.order))
            trace_sensitive(request, everything, **chosen.query())
            table = rows_report.table(everything)
            name, fmt = _("konteringar"), request.GET["format"]
            return exports.table_response(table, rows_report.columns(), name, fmt, as_of=as_of(request))
        trace_sensitive(request, page.rows, **chosen.query())
        context |= {"page": page, "chosen": chosen, "filters": filters, "limits": form.limits(request.GET)}
        if "format" in request.GET:
            context["too_many"] = _too_many(page.count)
        if not is_back(request):
            own = answered_for(_of_page(page), request.user, on, few=True)
            context["may_place"] = set(own.values_list("pk", flat=True))
        context["left_out"] = checks.left_out_of(request.user, chosen)
    context["sees_everything"] = sees_everything(request.user)
    context["may_see_imports"] = may_see_imports(request.user)
    context["sees_original"] = is_controller(request.user)
    return render(request, "finance/postings.html", context)


def _of_page(page: rows_report.RowsPage) -> PostingQuerySet:
    shown = list(page.rows)
    return Posting.objects.filter(batch__in={row.batch_id for row in shown}, pk__in=[row.pk for row in shown])


def _too_many(count: int) -> str:
    return _("Urvalet har %(count)s rader. En fil tar högst %(most)s: välj färre månader eller ett kostnadsställe.") % {
        "count": formatting.number(count),
        "most": formatting.number(exports.MOST_ROWS),
    }
