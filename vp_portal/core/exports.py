"""Tables as files, for any page: what it shows, with the same filters."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import Http404, HttpResponse

from vp_portal.core.spreadsheets import write_csv, write_xlsx

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(rows: Iterable[Sequence[Any]], columns: Sequence[str], name: str, fmt: str) -> HttpResponse:
    """The rows under the columns' heads as a file to save, `name` without its ending. A format other than csv and
    xlsx is not found."""
    if fmt == "csv":
        body, content_type = write_csv(columns, rows), "text/csv; charset=utf-8"
    elif fmt == "xlsx":
        body, content_type = write_xlsx(columns, rows), _XLSX
    else:
        raise Http404
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}.{fmt}"'}
    )
