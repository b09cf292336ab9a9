"""What the portal has understood of a file, with the evidence, and what a controller has chosen by hand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from finance.choices import ColumnRole, FileFormat, ReadingAspect
from finance.importing.problems import Refusal
from finance.models import ImportProfile


@dataclass(frozen=True)
class Finding:
    """One thing found out. `value` is for the program, `label` for people.

    `alternatives` are (value, label) of all that may be chosen instead, the found one among them; empty when
    nothing can be chosen. Without `is_certain` the file is not booked until somebody has chosen.
    """

    name: ReadingAspect
    value: str
    evidence: str
    alternatives: tuple[tuple[str, str], ...] = ()
    is_certain: bool = True

    @property
    def label(self) -> str:
        return dict(self.alternatives).get(self.value, self.value)


@dataclass(frozen=True)
class ColumnFinding:
    """A column of the file. `place` counts from 0; `role` is None for one that is not read.

    `suggested` is what its content looks like when its name says nothing: it is not used until chosen.
    """

    place: int
    name: str
    role: ColumnRole | None
    evidence: str
    samples: tuple[str, ...] = ()
    suggested: ColumnRole | None = None


@dataclass(frozen=True)
class Dimension:
    """A dimension of a SIE file; `role` is None for one that is not read."""

    number: str
    name: str
    role: ColumnRole | None


@dataclass(frozen=True)
class Understanding:
    """`problem` is what keeps the rows from being read until something is chosen; `members` are the files of a zip.

    `suggested_profile` is one that almost fits and is not used until chosen. `drift` tells where the header has left
    it, or has left a profile that was chosen.
    """

    format: FileFormat
    findings: tuple[Finding, ...]
    columns: tuple[ColumnFinding, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    profile: ImportProfile | None = None
    suggested_profile: ImportProfile | None = None
    drift: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    problem: Refusal | None = None

    def finding(self, name: ReadingAspect) -> Finding | None:
        return next((finding for finding in self.findings if finding.name == name), None)

    @property
    def questions(self) -> tuple[Finding, ...]:
        """What somebody has to choose."""
        return tuple(finding for finding in self.findings if not finding.is_certain)


@dataclass(frozen=True)
class ReadingChoices:
    """What was chosen by hand, or by a profile. An empty value leaves the choice to the file.

    `header_row` is a line (or sheet row) from 1, 0 for a file without one; `columns` place → role, "" for a column
    that is not read; `dimensions` SIE's number → role; `encoding`, `separator`, `scale`, `sign` and `debit_credit`
    are values of their choices.
    """

    encoding: str = ""
    separator: str = ""
    header_row: int | None = None
    decimal_mark: str = ""
    scale: str = ""
    sign: str = ""
    debit_credit: str = ""
    sheet: str = ""
    member: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_profile(cls, profile: ImportProfile | None) -> Self:
        """Its columns go by header, not by place; its encoding counts only where the bytes leave doubt."""
        if profile is None:
            return cls()
        return cls(
            separator=profile.separator,
            decimal_mark=profile.decimal_mark,
            scale=profile.scale,
            sign=profile.sign,
            debit_credit=profile.debit_credit,
            sheet=profile.sheet,
            dimensions=profile.dimensions,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Of `as_json`. Unknown names are passed over."""
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        if "columns" in known:
            known["columns"] = {int(place): str(role) for place, role in known["columns"].items()}
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        """Only what was chosen."""
        chosen = {name: value for name, value in asdict(self).items() if not _is_unset(value)}
        if self.columns:
            chosen["columns"] = {str(place): role for place, role in self.columns.items()}
        return chosen

    def over(self, other: "ReadingChoices") -> Self:
        """These choices, and the other's where these say nothing."""
        unset = [f.name for f in fields(self) if _is_unset(getattr(self, f.name))]
        return replace(self, **{name: getattr(other, name) for name in unset})


def _is_unset(value: object) -> bool:
    """A header row 0 is a choice: the file has none."""
    return value is None or value in ("", {})
