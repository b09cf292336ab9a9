"""The imports: which files were booked, and what one of them held."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import background, originals
from finance.actions.upload_choices import Choices
from finance.forms import BatchForm
from finance.importing.understanding import ReadingChoices
from finance.models import AllocationRun, ImportBatch
from finance.reports import batch_list, batches, original_rows
from finance.views.guards import crumbs, guard_controller, guard_imports, is_controller
from vp_portal.core import access, audit, exports
from vp_portal.core.choices import AuditEvent


@require_GET
@exports.limited()
def imports(request: HttpRequest) -> HttpResponse:
    """Which files were booked, what they held, when and by whom."""
    guard_imports(request.user)
    whole = is_controller(request.user)
    form = BatchForm(request.GET, whole=whole)
    if "format" in request.GET and form.is_valid():
        rows = batch_list.table(batch_list.everything(form.filters(), whole=whole), whole=whole)
        return exports.table_response(rows, batch_list.columns(whole=whole), _("importer"), request.GET["format"])
    context: dict[str, Any] = {"form": form, "on": access.today(), "is_controller": whole}
    context["crumbs"] = crumbs()
    context["run"] = AllocationRun.objects.in_force().select_related("made_by").first()
    context["is_under_way"] = background.allocation_is_under_way()
    if form.is_valid():
        context["page"] = batch_list.batch_list(form.filters(), request.GET.get("page"), whole=whole)
        context["is_filtered"] = any(form.cleaned_data.values())
    return render(request, "finance/imports.html", context)


@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its facts, its periods and account groups, the rows that were skipped."""
    guard_imports(request.user)
    on = access.today()
    known = ImportBatch.objects.select_related("source", "profile", "booked_by", "stated_by", "replaced_by")
    found = get_object_or_404(known, pk=pk)
    whole = is_controller(request.user)
    context = {
        "batch": found,
        "content": batches.content(found, on, whole=whole),
        "facts": batches.facts(found, whole=whole),
        "ending": batches.ending(found),
        "crumbs": crumbs((_("Importer"), "finance:imports")),
        "is_controller": whole,
        "on": on,
    }
    return render(request, "finance/batch.html", context)


@require_GET
@exports.limited(exports.always)
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The file that was booked, byte for byte. It holds every row, so it is for who sees every row."""
    guard_controller(request.user)
    batch = get_object_or_404(ImportBatch, pk=pk)
    path = originals.path_of(batch)
    if path is None or not path.is_file():
        raise Http404(_("Filen är inte sparad."))
    return exports.file_response(path.open("rb"), batch.file_name)


@require_GET
def original_row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One posting as it stands in the file. The whole row of the file is for who may have the file."""
    guard_controller(request.user)
    batch = get_object_or_404(ImportBatch.objects.select_related("profile", "upload"), pk=pk)
    path = originals.path_of(batch)
    if path is None or not path.is_file():
        raise Http404(_("Filen är inte sparad."))
    upload = getattr(batch, "upload", None)
    reading = Choices.of(upload).reading if upload else ReadingChoices()
    found = original_rows.original_row(batch, path, line, reading)
    if found is None:
        raise Http404(_("Filen har ingen sådan rad."))
    batch_crumb = {"label": batch.file_name, "url": reverse("finance:batch", args=[pk])}
    if original_rows.is_sensitive(batch, line):
        audit.record(AuditEvent.SENSITIVE_VIEW, request=request, target=batch, rows=1)
    context = {"batch": batch, "row": found, "crumbs": [*crumbs((_("Importer"), "finance:imports")), batch_crumb]}
    return render(request, "finance/original_row.html", context)


@require_POST
@access.writes_with_a_right
def allocate(request: HttpRequest) -> HttpResponse:
    """Has the rules run again over the whole ledger, in the background."""
    if not access.signed_in(request.user) or not access.has_role(request.user, access.Role.CONTROLLER):
        raise PermissionDenied(_("Fördelningen körs av controllers."))
    if background.request_allocation(by=request.user):
        messages.success(request, _("Fördelningen körs i bakgrunden. Siffrorna byts ut på en gång när den är klar."))
    else:
        messages.info(request, _("En fördelning väntar redan på sin tur."))
    return redirect("finance:imports")
