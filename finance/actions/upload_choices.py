"""What a controller chooses about an uploaded file, as it is kept in the upload."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from django.utils.translation import gettext as _

from finance.choices import WhenBooked
from finance.importing.understanding import ReadingChoices
from finance.models import Upload
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Choices:
    """What a controller has chosen about a file: how it is read, where it belongs, which codes stand for others."""

    reading: ReadingChoices = field(default_factory=ReadingChoices)
    source: int | None = None
    profile: int | None = None
    period: int | None = None
    code_map: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, upload: Upload) -> Self:
        kept = {
            name: upload.choices[name] for name in ("source", "profile", "period", "code_map") if name in upload.choices
        }
        return cls(reading=ReadingChoices.from_json(upload.choices.get("reading", {})), **kept)

    def as_json(self) -> dict[str, Any]:
        kept = {"source": self.source, "profile": self.profile, "period": self.period, "code_map": self.code_map}
        return {"reading": self.reading.as_json(), **{name: value for name, value in kept.items() if value}}

    def as_period(self) -> Period | None:
        return Period(self.period) if self.period else None

    def with_sign(self, sign: str) -> Self:
        return replace(self, reading=replace(self.reading, sign=sign))

    def with_codes(self, code_map: Mapping[str, Mapping[str, str]]) -> Self:
        """With more codes that stand for others."""
        roles = {*self.code_map, *code_map}
        merged = {role: {**self.code_map.get(role, {}), **code_map.get(role, {})} for role in roles}
        return replace(self, code_map=merged)


@dataclass(frozen=True)
class Decisions:
    """What was decided when the booking was confirmed. `when_booked`: what becomes of periods that are booked already,
    empty when there are none; `may_differ`: the typed control total need not be the file's sum."""

    create_codes: bool = False
    when_booked: str = ""
    control_total: Decimal | None = None
    reason: str = ""
    signs_are_right: bool = False
    may_differ: bool = False

    @classmethod
    def of_preview(cls) -> Self:
        """As if everything that can be decided were decided: what is in the way is asked about beside the figures."""
        return cls(create_codes=True, when_booked=WhenBooked.ADD, reason=_("Förhandsvisning"))

    @classmethod
    def of(cls, upload: Upload) -> Self:
        kept = upload.choices.get("decisions", {})
        total = kept.get("control_total")
        return cls(
            bool(kept.get("create_codes")),
            kept.get("when_booked", ""),
            None if total is None else Decimal(total),
            kept.get("reason", ""),
            bool(kept.get("signs_are_right")),
            bool(kept.get("may_differ")),
        )

    def as_json(self) -> dict[str, Any]:
        total = None if self.control_total is None else f"{self.control_total:.2f}"
        return {
            "create_codes": self.create_codes,
            "when_booked": self.when_booked,
            "control_total": total,
            "reason": self.reason,
            "signs_are_right": self.signs_are_right,
            "may_differ": self.may_differ,
        }
