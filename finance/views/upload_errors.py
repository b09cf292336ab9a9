"""What is wrong in an uploaded file, as files to put it right with."""

import io
import tempfile
from collections.abc import Callable
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.actions import uploads
from finance.actions.upload_choices import Choices
from finance.importing import error_files
from finance.importing.problems import Refusal
from finance.models import Upload
from finance.reports.preview import preview as preview_of
from finance.views.guards import load_upload
from vp_portal.core import exports

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
    name = f"{name} {found.pk}.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
