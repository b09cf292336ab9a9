"""Importing a file in the browser: it is sent, understood, previewed and booked. For controllers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from finance.actions import upload_files, uploads
from finance.models import ImportBatch, Upload
from finance.reports import batches
from finance.reports.uploads import open_uploads
from finance.views.guards import crumbs, guard_controller, load_upload
from finance.views.steps import steps
from vp_portal.core import formatting
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.uploads import DiskUploadHandler

#: The disk is never filled to its last byte: the database may live on it.
_SPARE = 2**28


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """The first step: a box to drop files in, and the files that are on their way."""
    guard_controller(request.user)
    replaced = request.GET.get("replaces", "")
    context = {
        "steps": steps(None, "file"),
        "crumbs": crumbs((_("Importer"), "finance:imports")),
        "replaces": _batch_in_force(replaced),
        "uploads": open_uploads(),
        "most": settings.UPLOAD_MOST_BYTES,
        "most_words": formatting.file_size(settings.UPLOAD_MOST_BYTES),
    }
    return render(request, "finance/upload_new.html", context)


def _batch_in_force(number: str) -> ImportBatch | None:
    return ImportBatch.objects.in_force().filter(pk=int(number)).first() if number.isdecimal() else None


@csrf_exempt  # The inner view asks for the token: reading the form is what must come after the right to send.
@require_POST
def receive(request: HttpRequest) -> HttpResponseBase:
    """Takes files in. Nothing of the request is read before its sender is known to be a controller."""
    guard_controller(request.user)
    with files_of(request) as handler:
        return _read(request, handler)


@contextmanager
def files_of(request: HttpRequest) -> Iterator[DiskUploadHandler]:
    """Takes the request's files in. What nobody takes out of the handler is gone afterwards."""
    handler = DiskUploadHandler(upload_files.folder(), most=settings.UPLOAD_MOST_BYTES)
    if not _has_room(int(request.META.get("CONTENT_LENGTH") or 0)):
        handler.refuse_all = "disk"
    request.upload_handlers = [handler]
    try:
        yield handler
    finally:
        handler.discard()


def _has_room(size: int) -> bool:
    folder = upload_files.folder()
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free > size + _SPARE


@csrf_protect
def _read(request: HttpRequest, handler: DiskUploadHandler) -> HttpResponseBase:
    request.POST  # noqa: B018  # a large file takes minutes; nobody's rights are held for as long
    return _received(request, handler)


@writes_with_a_right
def _received(request: HttpRequest, handler: DiskUploadHandler) -> HttpResponse:
    """Keeps what has come in, if its sender is still a controller."""
    user = guard_controller(request.user)
    replaced = _batch_in_force(request.POST.get("replaces", ""))
    tell_refused(request, handler)
    fresh = []
    for file in handler.take():
        if file.size and not _tell_booked(request, file.name, file.sha256):
            fresh.append(file)
            continue
        if not file.size:
            messages.error(request, _("%(file)s är tom.") % {"file": file.name})
        file.path.unlink(missing_ok=True)
    made = uploads.receive(fresh, by=user, at=timezone.now(), replaces=replaced)
    if not (made or handler.refused or messages.get_messages(request)):
        messages.error(request, _("Välj en fil först."))
    if len(made) == 1:
        return _go(request, reverse("finance:upload_reading", args=[made[0].pk]))
    if made:
        text = ngettext("%(count)s fil är mottagen.", "%(count)s filer är mottagna. Ta dem en i taget.", len(made))
        messages.success(request, text % {"count": len(made)})
    return _go(request, reverse("finance:upload_new"))


def tell_refused(request: HttpRequest, handler: DiskUploadHandler) -> None:
    texts = {
        "too_large": _("%(file)s är för stor: högst %(most)s tas emot. Dela exporten på flera perioder."),
        "disk": _("%(file)s kunde inte sparas: servern har inte plats. Säg till den som sköter portalen."),
    }
    for file in handler.refused:
        values = {"file": file.name, "most": formatting.file_size(settings.UPLOAD_MOST_BYTES)}
        messages.error(request, texts[file.reason] % values)


def _tell_booked(request: HttpRequest, name: str, sha256: str) -> bool:
    """Says so when the same file is booked, and by whom."""
    known = ImportBatch.objects.filter(sha256=sha256).select_related("booked_by").order_by("ended_at")
    batch = known.in_force().first()
    if batch is None:
        return False
    values = {"file": name, "batch": batch.pk, "when": formatting.iso_time(batch.booked_at), "by": batches.by(batch)}
    messages.error(request, _("%(file)s är redan bokförd: import %(batch)s, %(when)s, %(by)s.") % values)
    return True


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


@require_GET
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """To the step where the file is."""
    found = load_upload(request.user, pk)
    return redirect(_step_of(found), pk)


def _step_of(found: Upload) -> str:
    if found.state in {"booking", "booked"} or (found.state == "failed" and found.started_at):
        return "finance:upload_receipt"
    return "finance:upload_reading" if found.state == "received" else "finance:upload_preview"


@require_POST
@writes_with_a_right
def abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the file away before it is booked."""
    found = load_upload(request.user, pk)
    if uploads.abandon(found, at=timezone.now()):
        messages.success(request, _("%(file)s är borttagen. Ingenting bokfördes.") % {"file": found.file_name})
        return redirect("finance:upload_new")
    messages.error(request, _("Filen är redan på väg att bokföras."))
    return redirect("finance:upload", pk)
