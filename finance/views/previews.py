"""An uploaded file's preview, what is decided about it, its booking and its receipt. For controllers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from finance.actions import background, upload_files, uploads
from finance.actions.upload_choices import Choices
from finance.choices import UploadState
from finance.forms import CodeMapForm, ConfirmForm
from finance.models import ImportSource, Upload
from finance.reports.preview import preview as preview_of
from finance.reports.uploads import progress, receipt
from finance.views.guards import guard_controller, journey_crumbs, load_upload
from finance.views.steps import steps
from vp_portal.core import audit
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.choices import AuditEvent


def _context(found: Upload, current: str) -> dict[str, Any]:
    return {
        "upload": found,
        "steps": steps(found, current),
        "crumbs": journey_crumbs(),
    }


def _at_work(request: HttpRequest, found: Upload, context: dict[str, Any]) -> HttpResponse:
    """The page of a file that a job has in hand. It asks again by itself, or by being loaded anew."""
    if not background.is_unfinished(found.job_id) and uploads.fail(found, at=timezone.now()):
        return _again(request)
    context["progress"] = progress(upload_files.progress_of(found))
    name = "finance/_upload_progress.html" if request.htmx else "finance/upload_at_work.html"  # type: ignore[attr-defined]
    return render(request, name, context)


def _again(request: HttpRequest) -> HttpResponse:
    """The same page, whole: what it was waiting for is over."""
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return HttpResponseClientRefresh()
    return redirect(request.path)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What booking the file would do, what must be decided first, and the button that books it."""
    found = load_upload(request.user, pk)
    if found.state in {UploadState.BOOKING, UploadState.BOOKED}:
        return redirect("finance:upload_receipt", pk)
    if found.state == UploadState.RECEIVED:
        return redirect("finance:upload_reading", pk)
    if found.state == UploadState.PREVIEWING:
        return _at_work(request, found, _context(found, "preview"))
    if request.htmx:  # type: ignore[attr-defined]  # as above
        return _again(request)
    return _preview_page(request, found)


def _preview_page(
    request: HttpRequest, found: Upload, *, confirm: ConfirmForm | None = None, codes: CodeMapForm | None = None
) -> HttpResponse:
    shown = preview_of(found)
    context = _context(found, "preview") | {"preview": shown}
    if shown and found.state == UploadState.PREVIEWED:
        context["form"] = confirm or ConfirmForm(None, shown, replaces=found.replaces_id)
        if shown.unknown:
            context["code_form"] = codes or CodeMapForm(None, shown, None)
    errors = bool((confirm and confirm.errors) or (codes and codes.errors))
    return render(request, "finance/upload_preview.html", context, status=422 if errors else 200)


@require_POST
@writes_with_a_right
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes through the file once more."""
    found = load_upload(request.user, pk)
    uploads.start_preview(found, at=timezone.now())
    return redirect("finance:upload_preview", pk)


@require_POST
@writes_with_a_right
def map_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Books rows with unknown codes on codes of the register instead, and counts anew."""
    found = load_upload(request.user, pk)
    shown = preview_of(found)
    if found.state != UploadState.PREVIEWED or shown is None:
        return redirect("finance:upload", pk)
    form = CodeMapForm(request.POST, shown, _chart_of(found))
    if not form.is_valid():
        return _preview_page(request, found, codes=form)
    if form.chosen():
        at = timezone.now()
        if uploads.choose(found, Choices.of(found).with_codes(form.chosen()), at=at):
            uploads.start_preview(found, at=at)
    return redirect("finance:upload_preview", pk)


def _chart_of(found: Upload) -> int | None:
    source = (found.result or {}).get("source") or 0
    return ImportSource.objects.filter(pk=source).values_list("chart", flat=True).first()


@require_POST
@writes_with_a_right
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Has the file booked, once, whoever presses the button and how often."""
    found = load_upload(request.user, pk)
    shown = preview_of(found)
    if found.state != UploadState.PREVIEWED or shown is None:
        return redirect("finance:upload", pk)
    if uploads.is_outdated(found):
        messages.warning(request, _("Huvudboken har ändrats sedan förhandsvisningen. Här är den nya: se igenom den."))
        uploads.start_preview(found, at=timezone.now())
        return redirect("finance:upload_preview", pk)
    form = ConfirmForm(request.POST, shown, replaces=found.replaces_id)
    if not form.is_valid():
        return _preview_page(request, found, confirm=form)
    if uploads.confirm(found, form.decisions(), by=guard_controller(request.user), at=timezone.now()):
        # The worker that books it knows who, but not from where.
        audit.record(AuditEvent.IMPORT_ORDERED, request=request, target=found)
    return redirect("finance:upload_receipt", found.pk)


@require_GET
def show_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the booking has come, and then what was booked."""
    found = load_upload(request.user, pk)
    if found.state == UploadState.BOOKING:
        return _at_work(request, found, _context(found, "booked"))
    if request.htmx:  # type: ignore[attr-defined]  # as above
        return _again(request)
    if found.batch is None:
        return redirect("finance:upload", pk)
    context = _context(found, "booked") | {
        "batch": found.batch,
        "facts": receipt(found.batch),
        "preview": preview_of(found),
    }
    return render(request, "finance/upload_receipt.html", context)


@require_POST
@writes_with_a_right
def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """Reads the amounts with the other sign, and counts anew."""
    found = load_upload(request.user, pk)
    at = timezone.now()
    if uploads.turn_signs(found, at=at):
        uploads.start_preview(found, at=at)
    return redirect("finance:upload", pk)
