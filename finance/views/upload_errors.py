"""What is wrong in an uploaded file, as files to put it right with."""

import io
import tempfile
from collections.abc import Callable
from typing import IO, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from finance.actions import corrections, uploads
from finance.actions.upload_choices import Choices
from finance.importing import error_files
from finance.importing.problems import Refusal
from finance.models import Upload
from finance.reports.preview import preview as preview_of
from finance.views.guards import guard_controller, load_upload
from finance.views.uploads import files_of, tell_refused
from vp_portal.core import exports, formatting
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.spreadsheets import unguarded
from vp_portal.core.uploads import DiskUploadHandler

Write = Callable[..., int]


@require_GET
@exports.limited(exports.always)
def errors(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Every error of a file that can't be booked, as a table."""
    found = _wrong(request, pk)
    try:
        return _written(found, error_files.write_errors, _("fel"))
    except Refusal:  # What is no table of rows has the errors that the page shows, and no more.
        listed = (found.result or {})["booking"]["errors"]
        rows = ([error["line"], error["column"], error["value"], error["reason"]] for error in listed)
        return exports.table_response(rows, [_("Rad"), _("Kolumn"), _("Värde"), _("Fel")], _("fel"), "csv")


@require_GET
@exports.limited(exports.always)
def wrong_rows(request: HttpRequest, pk: int) -> FileResponse:
    """The rows with errors, whole, to be corrected."""
    return _or_404(_wrong(request, pk), error_files.write_wrong_rows, _("rader att rätta"))


@require_GET
@exports.limited(exports.always)
def right_rows(request: HttpRequest, pk: int) -> FileResponse:
    """A correct file of the rows without errors."""
    return _or_404(_wrong(request, pk), error_files.write_rest, _("rader utan fel"))


@require_GET
@exports.limited(exports.always)
def wrong_rows_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a workbook of text: spreadsheet programs leave its codes and dates as they are."""
    found = _wrong(request, pk)
    if (found.result or {})["booking"]["error_count"] > exports.MOST_ROWS:
        raise Http404(_("Så många rader tar ingen arbetsbok: hämta dem som text."))
    try:
        with uploads.opened(found) as opened:
            header, rows = error_files.wrong_rows(opened, period=Choices.of(found).as_period())
            name = f"{_('rader att rätta')} {found.pk}"
            return exports.table_response(([unguarded(cell) for cell in row] for row in rows), header, name, "xlsx")
    except Refusal as refusal:
        raise Http404(str(refusal)) from None


@csrf_exempt  # As where files are received: the inner view asks for the token.
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Takes the corrected rows in and goes on with the whole file, put right."""
    guard_controller(request.user)
    with files_of(request) as handler:
        return _read(request, pk, handler)


@csrf_protect
def _read(request: HttpRequest, pk: int, handler: DiskUploadHandler) -> HttpResponseBase:
    _wrong(request, pk)
    request.POST  # noqa: B018  # reading the form is what takes its files in, and may take long
    return _corrected(request, pk, handler)


@writes_with_a_right
def _corrected(request: HttpRequest, pk: int, handler: DiskUploadHandler) -> HttpResponse:
    """Takes the rows into the file, if who sent them is still a controller and the file still wrong."""
    user = guard_controller(request.user)
    found = _wrong(request, pk)
    tell_refused(request, handler)
    if len(handler.stored) != 1:
        if not handler.refused:
            messages.error(request, _("Välj filen med de rättade raderna."))
        return redirect("finance:upload_preview", found.pk)
    at = timezone.now()
    try:
        made, combined = corrections.correct(found, handler.stored[0].path, by=user, at=at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("finance:upload_preview", found.pk)
    text = ngettext(
        "%(count)s rättad rad är insatt i filen.", "%(count)s rättade rader är insatta i filen.", combined.corrected
    )
    messages.success(request, text % {"count": formatting.number(combined.corrected)})
    uploads.start_preview(made, at=at)
    return redirect("finance:upload_preview", made.pk)


def _wrong(request: HttpRequest, pk: int) -> Upload:
    found = load_upload(request.user, pk)
    shown = preview_of(found)
    if shown is None or not shown.errors or found.state == "booked":
        raise Http404(_("Filen har inga fel att ladda ner."))
    return found


def _or_404(found: Upload, write: Write, name: str) -> FileResponse:
    try:
        return _written(found, write, name)
    except Refusal as refusal:
        raise Http404(str(refusal)) from None


def _written(found: Upload, write: Write, name: str) -> FileResponse:
    """Written to a file without a name first: a refusal must come before the answer has begun. Raises Refusal."""
    if not any(error["line"] for error in (found.result or {})["booking"]["errors"]):
        raise Refusal([])
    file: IO[Any] = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        with uploads.opened(found) as opened:
            write(opened, text, period=Choices.of(found).as_period())
        text.detach()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return exports.file_response(file, f"{name} {found.pk}.csv", "text/csv; charset=utf-8")
