"""A table as a file: what a page shows, for a spreadsheet."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import chain
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vp_portal.core import access, limits
from vp_portal.core.spreadsheets import write_csv, write_json, write_xlsx

#: More rows than this are not a table to read, and too long to wait for. A page says so instead.
MOST_ROWS = 50_000

#: Characters of a file's name, and what no system wants in one.
LONGEST_NAME = 120
_NOT_IN_NAMES = frozenset("\\/:*?\"<>|;%'")

_WRITERS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "json": (write_json, "application/json"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def table_response(
    rows: Iterable[Sequence[Any]], columns: Sequence[Any], name: str, fmt: str, *, as_of: dt.date | None = None
) -> HttpResponse:
    """The rows as `name.csv`, `name.xlsx` or `name.json`. Amounts are Decimal or int, days are dates, all else is text.

    With `as_of` the name and the last line say which day the rows are of. Raises BadRequest for another format.
    """
    if fmt not in _WRITERS:
        raise BadRequest(f"no format {fmt!r}")
    if as_of:
        was = _("som den var %(day)s") % {"day": as_of}
        name, rows = f"{name} {was}", chain(rows, [[_("Portalen %(was)s") % {"was": was}]])
    write, content_type = _WRITERS[fmt]
    body = write([str(column) for column in columns], rows)
    return HttpResponse(body, content_type=content_type, headers={"Content-Disposition": attachment(f"{name}.{fmt}")})


def file_response(file: IO[bytes], name: str, content_type: str = "application/octet-stream") -> FileResponse:
    """An open file, to save under a name. The answer closes it."""
    answer = FileResponse(file, content_type=content_type)
    answer.headers["Content-Disposition"] = attachment(name)
    return answer


def asks_for_table(request: HttpRequest) -> bool:
    return request.GET.get("format") in _WRITERS


def always(request: HttpRequest) -> bool:
    """For a view whose every answer is a file."""
    return True


def limited(asks_for_file: Callable[[HttpRequest], bool] = asks_for_table) -> Callable[[Callable], Callable]:
    """For a view that hands out files: so many a minute for each account, then 429 before anything is read."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if asks_for_file(request):
                seconds = limits.wait(f"files:{request.user.pk}", settings.FILES_PER_MINUTE, access.now())
                if seconds:
                    return _too_many(request, seconds)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    words = ngettext("Försök igen om %d sekund.", "Försök igen om %d sekunder.", seconds) % seconds
    most = _("Ett konto får hämta %d filer i minuten.") % settings.FILES_PER_MINUTE
    context = {"title": _("För många filer på kort tid"), "text": f"{most} {words}"}
    answer = render(request, "429.html", context, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def attachment(name: str) -> str:
    """Content-Disposition for a file to save: its name in plain ASCII, and as it is written (RFC 6266).

    Whoever chose the name, it stays a name: no folders, no quotes, no control characters, no hidden file.
    """
    kept = "".join(c if c.isprintable() and c not in _NOT_IN_NAMES else "-" for c in unicodedata.normalize("NFC", name))
    kept = kept.strip(" .-")
    if len(kept) > LONGEST_NAME:
        stem, _dot, ending = kept.rpartition(".")
        kept = f"{stem[: LONGEST_NAME - 10]}.{ending[-8:]}"
    kept = kept or "fil"
    plain = unicodedata.normalize("NFKD", kept).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip(".-") or "fil"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(kept, safe='')}"
