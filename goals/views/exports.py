"""The plan as a file: at once when it is small, else made by the background worker."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from goals.actions import exports
from goals.choices import ExportFormat, ExportState
from goals.models import PlanExport
from goals.reports import exports as reports
from goals.views.plans import as_key, chosen_plan, crumbs, load_version
from vp_portal.core import access
from vp_portal.core.exports import always, attachment, file_response, limited
from vp_portal.core.models import User


@require_POST
@limited(always)
def export(request: HttpRequest) -> HttpResponse:
    """The file, or the page that waits for it. `?format=` and, for a decided version, `?version=`."""
    if request.GET.get("format") not in ExportFormat.values:
        raise BadRequest("no such format")
    fmt, today = ExportFormat(request.GET["format"]), access.today()
    decided = load_version(as_key(request.GET["version"])) if request.GET.get("version") else None
    plan = decided.plan if decided else chosen_plan(request, today)
    if plan is None:
        raise Http404
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - nobody else comes here
    content = reports.content_for(plan, decided, today, user)
    if reports.is_long(content, fmt):
        return redirect("goals:export_job", exports.start(plan, decided, fmt, by=user, at=timezone.now()).pk)
    return HttpResponse(
        reports.made(content, decided, fmt, today),
        content_type=reports.TYPES[fmt],
        headers={"Content-Disposition": attachment(reports.file_name(content, decided, fmt))},
    )


@require_GET
def job(request: HttpRequest, key: str) -> HttpResponse:
    """How far the worker has come with the file; with htmx the changing part alone."""
    row = _own(request, key)
    context = {
        "export": row,
        "percent": exports.percent_of(row),
        "is_working": row.state == ExportState.WORKING,
        "is_done": row.state == ExportState.DONE,
        "crumbs": crumbs(row.plan, access.today()),
    }
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "goals/_export_progress.html", context)
    return render(request, "goals/export_job.html", context)


@require_GET
@limited(always)
def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file that the worker has made, for the one who asked for it."""
    row = _own(request, key)
    path = exports.path_of(row)
    if row.state != ExportState.DONE or not path.exists():
        raise Http404
    fmt = ExportFormat(row.format)
    version = f" version {row.decided.version}" if row.decided else ""
    name = f"{row.plan}{version}.{fmt.value}"
    return file_response(path.open("rb"), name, reports.TYPES[fmt])


def _own(request: HttpRequest, key: str) -> PlanExport:
    """404 for another's file, and for what is no key."""
    try:
        pk = UUID(key)
    except ValueError:
        raise Http404 from None
    rows = PlanExport.objects.select_related("plan", "decided").filter(asked_by=request.user.pk)
    return get_object_or_404(rows, pk=pk)
