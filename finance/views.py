"""The pages of the money: the economy, the rows behind it, and the imports they came with."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import background
from finance.forms import BatchForm, EconomyForm, PostingForm
from finance.models import AllocationRun, ImportBatch, Posting
from finance.models.scope import sees_everything
from finance.reports import batches, checks, economy_page, freshness
from finance.reports import postings as rows_report
from finance.reports.options import options
from finance.reports.selection import Selection
from vp_portal.core import access, audit, exports, formatting
from vp_portal.core.choices import AuditEvent


@require_GET
def economy(request: HttpRequest) -> HttpResponse:
    """Totals, months and the table that can be turned. The filter is kept in the address."""
    on = access.today()
    fresh = freshness()
    seen = checks.seen_by(request.user, on)
    offered = options(seen, request.user, on)
    form = EconomyForm(request.GET, options=offered, latest=fresh.latest_period, on=on)
    context: dict[str, Any] = {"form": form, "fresh": fresh, "on": on, "has_rows": bool(offered.periods)}
    if fresh.latest_period and offered.periods and form.is_valid():
        wanted = replace(form.turning(), everything=True) if "format" in request.GET else form.turning()
        page = economy_page.page(seen, form.selection(), wanted, request.user, booked_from=offered.periods[-1])
        if "format" in request.GET:
            rows, columns = economy_page.table(page)
            return exports.table_response(rows, columns, _("ekonomi"), request.GET["format"])
        context["page"] = page
    context["sees_everything"] = sees_everything(request.user)
    context["may_see_imports"] = may_see_imports(request)
    return render(request, "finance/economy.html", context)


@require_GET
def postings(request: HttpRequest) -> HttpResponse:
    """The rows behind a figure, to the öre."""
    on = access.today()
    fresh = freshness()
    seen = checks.seen_by(request.user, on)
    offered = options(seen, request.user, on)
    form = PostingForm(request.GET, options=offered, latest=fresh.latest_period, on=on)
    context: dict[str, Any] = {"form": form, "fresh": fresh, "on": on, "has_rows": bool(offered.periods)}
    context["crumbs"] = _crumbs()
    if offered.periods and form.is_valid():
        chosen, filters = form.selection(), form.filters()
        rows = rows_report.found(request.user, chosen, filters)
        page = rows_report.rows_page(rows, filters.order, request.GET.get("page"))
        if "format" in request.GET and page.count <= exports.MOST_ROWS:
            everything = list(rows_report.ordered(rows, filters.order))
            _trace_sensitive(request, chosen, everything)
            table = rows_report.table(everything)
            return exports.table_response(table, rows_report.columns(), _("konteringar"), request.GET["format"])
        _trace_sensitive(request, chosen, page.rows)
        context |= {"page": page, "chosen": chosen, "filters": filters, "limits": form.limits(request.GET)}
        if "format" in request.GET:
            context["too_many"] = _too_many(page.count)
        context["left_out"] = checks.left_out_of(request.user, seen, chosen)
    context["sees_everything"] = sees_everything(request.user)
    context["may_see_imports"] = may_see_imports(request)
    return render(request, "finance/postings.html", context)


def _trace_sensitive(request: HttpRequest, chosen: Selection, rows: Iterable[Posting]) -> None:
    """Who has read sensitive rows is kept, with what was asked for in codes and how many there were."""
    if count := rows_report.sensitive_among(rows):
        asked: dict[str, Any] = chosen.query()
        audit.record(AuditEvent.SENSITIVE_VIEW, request=request, target=_("Konteringar"), rows=count, **asked)


def _too_many(count: int) -> str:
    return _("Urvalet har %(count)s rader. En fil tar högst %(most)s: välj färre månader eller ett kostnadsställe.") % {
        "count": formatting.number(count),
        "most": formatting.number(exports.MOST_ROWS),
    }


def may_see_imports(request: HttpRequest) -> bool:
    return access.has_role(request.user, access.Role.CONTROLLER, access.Role.ADMINISTRATOR)


def _guard_imports(request: HttpRequest) -> None:
    if not may_see_imports(request):
        raise PermissionDenied(_("Importerna visas för controllers och administratörer."))


@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Which files were booked, what they held, when and by whom."""
    _guard_imports(request)
    form = BatchForm(request.GET)
    context: dict[str, Any] = {"form": form, "on": access.today(), "is_controller": sees_everything(request.user)}
    context["crumbs"] = _crumbs()
    context["run"] = AllocationRun.objects.in_force().select_related("made_by").first()
    context["is_under_way"] = background.allocation_is_under_way()
    if form.is_valid():
        context["page"] = batches.batch_list(form.filters(), request.GET.get("page"), whole=context["is_controller"])
        context["is_filtered"] = any(form.cleaned_data.values())
    return render(request, "finance/imports.html", context)


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its facts, its periods and account groups, the rows that were skipped."""
    _guard_imports(request)
    on = access.today()
    found = get_object_or_404(ImportBatch.objects.select_related("source", "profile", "booked_by"), pk=pk)
    whole = sees_everything(request.user)
    context = {
        "batch": found,
        "content": batches.content(found, on, whole=whole),
        "facts": batches.facts(found, whole=whole),
        "crumbs": _crumbs((_("Importer"), "finance:imports")),
        "on": on,
    }
    return render(request, "finance/batch.html", context)


@require_POST
def allocate(request: HttpRequest) -> HttpResponse:
    """Has the rules run again over the whole ledger, in the background."""
    if not access.signed_in(request.user) or not access.has_role(request.user, access.Role.CONTROLLER):
        raise PermissionDenied(_("Fördelningen körs av controllers."))
    if background.request_allocation(by=request.user):
        messages.success(request, _("Fördelningen körs i bakgrunden. Siffrorna byts ut på en gång när den är klar."))
    else:
        messages.info(request, _("En fördelning väntar redan på sin tur."))
    return redirect("finance:imports")


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": reverse(name)} for label, name in ((_("Ekonomi"), "finance:economy"), *more)]
