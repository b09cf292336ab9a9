"""A table as a file: what a page shows, for a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from django.core.exceptions import BadRequest
from django.http import HttpResponse

from vp_portal.core.spreadsheets import write_csv, write_xlsx

#: More rows than this are not a table to read, and too long to wait for. A page says so instead.
MOST_ROWS = 50_000

_WRITERS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def table_response(rows: Iterable[Sequence[Any]], columns: Sequence[Any], name: str, fmt: str) -> HttpResponse:
    """The rows as `name.csv` or `name.xlsx`. Amounts are Decimal or int, days are dates, all else is text.

    Raises BadRequest for another format.
    """
    if fmt not in _WRITERS:
        raise BadRequest(f"no format {fmt!r}")
    write, content_type = _WRITERS[fmt]
    body = write([str(column) for column in columns], rows)
    disposition = f"attachment; filename*=UTF-8''{quote(f'{name}.{fmt}')}"
    return HttpResponse(body, content_type=content_type, headers={"Content-Disposition": disposition})
