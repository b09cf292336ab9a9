"""What came of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from finance.importing.control import PeriodTotal
from finance.importing.problems import RowError, SkippedRow, UnknownCode
from vp_portal.core.periods import Period

BOOKED, DRY_RUN, REFUSED, DUPLICATE = "booked", "dry_run", "refused", "duplicate"


@dataclass(frozen=True)
class BookingResult:
    """What came of a file. `rows` were read, `booked` are stored; `sum` is that of the rows read; `replaced` are the
    batches that it took the place of, or would."""

    status: str
    batch: int | None = None
    format: str = "csv"
    encoding: str = ""
    rows: int = 0
    booked: int = 0
    skipped: Sequence[SkippedRow] = ()
    sum: Decimal | None = None
    control_total: Decimal | None = None
    periods: dict[Period, PeriodTotal] = field(default_factory=dict)
    errors: Sequence[RowError] = ()
    error_count: int = 0
    unknown_codes: Sequence[UnknownCode] = ()
    seconds: float = 0.0
    replaced: Sequence[int] = ()

    @property
    def is_accepted(self) -> bool:
        """Booked, or would have been."""
        return self.status in {BOOKED, DRY_RUN}

    def as_json(self) -> dict[str, Any]:
        """The object of `import_postings --json`; amounts are strings with two decimals and a dot."""
        return {
            "status": self.status,
            "batch": self.batch,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "booked": self.booked,
            "skipped": [{"line": row.line, "reason": row.reason} for row in self.skipped],
            "sum": _text(self.sum),
            "control_total": _text(self.control_total),
            "periods": {str(int(p)): {"rows": t.rows, "sum": _text(t.sum)} for p, t in self.periods.items()},
            "errors": [{"line": e.line, "column": e.column, "value": e.value, "reason": e.reason} for e in self.errors],
            "error_count": self.error_count,
            "unknown_codes": [
                {"kind": u.kind, "code": u.code, "count": u.count, "sum": _text(u.sum)} for u in self.unknown_codes
            ],
            "seconds": round(self.seconds, 3),
        }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
