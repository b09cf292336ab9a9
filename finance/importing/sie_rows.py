"""A SIE file's vouchers as rows of text, told by the worker."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from finance.choices import ColumnRole
from finance.importing.problems import LISTED, Refusal, RowError, ValueProblem, refuse
from finance.importing.sie import Header, Reader, Trans, Voucher, codes_of
from finance.importing.sie_columns import OBJECT_ROLES, roles_of
from finance.importing.text import lines_of
from finance.importing.worker import tell, tell_rows


def _facts(header: Header) -> dict[str, Any]:
    return {
        "flag": header.flag,
        "kind": header.kind,
        "program": header.program,
        "company": header.company,
        "years": header.years,
        "dimensions": header.dimensions,
        "balances": header.has_balances,
    }


def _cells(header: Header, voucher: Voucher, row: Trans, roles: Mapping[str, str]) -> list[str]:
    assert voucher.day is not None  # noqa: S101  # a voucher without a day is an error, and no rows are told then
    codes = codes_of(row, roles)
    cells = [row.account, header.accounts.get(row.account, "")]
    for role in OBJECT_ROLES:
        dimension, code = codes.get(role.value, ("", ""))
        cells += [code, header.objects.get((dimension, code), "")]
    day = voucher.day
    text = row.text or voucher.text
    return [*cells, f"{day:%Y%m}", day.isoformat(), voucher.series, voucher.number, text, f"{row.amount:f}"]


def _rows(reader: Reader, task: Mapping[str, Any]) -> Iterator[tuple[int, list[str]]]:
    names = {name: ColumnRole(role) for name, role in task["names"].items()}
    roles: dict[str, str] | None = None
    for voucher in reader.vouchers():
        if roles is None:
            roles = roles_of(reader.header.dimensions, task["dimensions"], names)
            tell("facts", _facts(reader.header))
        for row in voucher.rows:
            if voucher.day is None:
                continue
            try:
                yield row.line, _cells(reader.header, voucher, row, roles)
            except ValueProblem as problem:
                reader.wrong(row.line, _("objekt"), " ".join(row.objects), str(problem))
    if roles is None:
        tell("facts", _facts(reader.header))


def tell_file(path: Path, task: Mapping[str, Any]) -> None:
    """Tells facts, then rows, then what was wrong. Raises Refusal."""
    reader = Reader(lines_of(path, task["codec"], int(task["bom"])), task["codec"])
    tell_rows(_rows(reader, task))
    kind = reader.header.kind
    if kind and not kind.startswith("4"):
        message = _("Filen är SIE typ %(kind)s, som bara har saldon. Ta ut typ 4 med verifikationer.")
        raise refuse(message % {"kind": kind})
    reader.check_balances()
    tell("skipped", reader.skipped[:LISTED])
    if reader.errors:
        errors: list[RowError] = sorted(reader.errors, key=lambda error: error.line)
        raise Refusal(errors, count=len(errors))
