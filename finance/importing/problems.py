"""What can be wrong with a ledger file, and what was passed over in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: So many row errors and skipped rows are listed; all are counted.
LISTED = 1000


@dataclass(frozen=True)
class RowError:
    """Where and why. Line 0 is the file as a whole; `value` is what stood there."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class SkippedRow:
    line: int
    reason: str


@dataclass(frozen=True)
class UnknownCode:
    """A code that the portal lacked: how many rows have it, and their sum."""

    kind: str
    code: str
    count: int
    sum: Decimal


class ValueProblem(ValueError):  # noqa: N818  # what is wrong is the file
    """A value that can't be read. The message is for whoever made the file."""


class Refusal(Exception):  # noqa: N818  # not an error in the program: an answer
    """The file is not booked. `errors` are the first `LISTED`, `known` those at hand, `count` the number of all."""

    def __init__(
        self, errors: Sequence[RowError], *, count: int | None = None, unknown_codes: Sequence[UnknownCode] = ()
    ) -> None:
        super().__init__(errors[0].reason if errors else "")
        self.known = errors
        self.errors = tuple(errors[:LISTED])
        self.count = len(errors) if count is None else count
        self.unknown_codes = tuple(unknown_codes)


def refuse(reason: str, *, line: int = 0, column: str = "", value: str = "") -> Refusal:
    """A refusal for one reason."""
    return Refusal([RowError(line, column, value, reason)])
