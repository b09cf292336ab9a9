"""Claim and evidence: what the lead says of a result, beside what its computed measures say.

The evidence of a result is its weakest computed measure. A result without measures of its own that sums up its parts
has the weakest of theirs. What a lead reads off by hand is no evidence of what the same lead claims.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse

from goals.choices import STATUS_BADGE, STATUS_ORDER, Status
from goals.models import Indicator, IndicatorSnapshot
from goals.reports.rollup import weakest
from goals.reports.written import written
from vp_portal.core.badges import Badge
from vp_portal.core.hashing import hashed_once


@dataclass(frozen=True)
class Proof:
    """A computed measure as last stored. `status` and `value` are None where there is no data."""

    code: str
    name: str
    unit: str
    status: Status | None
    value: Decimal | None
    as_of: dt.date | None

    @property
    def badge(self) -> Badge | None:
        return STATUS_BADGE[self.status] if self.status else None

    @property
    def written(self) -> str:
        return written(self.value, self.unit)

    @property
    def url(self) -> str:
        return reverse("goals:measure", args=[self.code])


@hashed_once
@dataclass(frozen=True)
class Evidence:
    """`status` is the weakest measure's; None while no measure has data."""

    status: Status | None
    proofs: tuple[Proof, ...]

    @property
    def badge(self) -> Badge | None:
        return STATUS_BADGE[self.status] if self.status else None

    @property
    def weakest(self) -> Proof | None:
        """The measure that gives the status."""
        return next((each for each in self.proofs if each.status and each.status == self.status), None)


def of(proofs: Iterable[Proof]) -> Evidence | None:
    """None without any computed measure."""
    found = tuple(proofs)
    return Evidence(weakest([each.status for each in found if each.status]), found) if found else None


def together(parts: "Iterable[Evidence | None]") -> Evidence | None:
    return of(proof for part in parts if part for proof in part.proofs)


def differ(claim: Status | None, evidence: Evidence | None) -> bool:
    """Whether the two are a step or more apart in the order of statuses. A measure that has reached its target says
    as much for "på plan" as for "uppnått": a result may ask for more than what is measured. Pure."""
    if claim is None or evidence is None or evidence.status is None:
        return False
    return claim != evidence.status and (claim, evidence.status) != (Status.ON_PLAN, Status.ACHIEVED)


def is_better(claim: Status, evidence: Status) -> bool:
    """Whether the claim is the better of the two."""
    return STATUS_ORDER.index(claim) < STATUS_ORDER.index(evidence)


def annotation(on: dt.date) -> ArraySubquery:
    """The computed measures of each result as stored by the end of a day: an array that `read` takes."""
    latest = IndicatorSnapshot.objects.known_on(on).filter(indicator=OuterRef("pk"), code=OuterRef("code"))
    stored = JSONObject(status="status", as_of="as_of", value=Cast("value", CharField()))
    measures = (
        Indicator.objects.computed()
        .in_force(on)
        .filter(result=OuterRef("pk"))
        .annotate(stored=Subquery(latest.order_by("-as_of").values(json=stored)[:1]))
    )
    return ArraySubquery(
        measures.order_by("code").values(json=JSONObject(code="code", name="name", unit="unit", stored=F("stored")))
    )


def read(rows: list[dict[str, Any]]) -> Evidence | None:
    return of(_proof(row, row["stored"] or {}) for row in rows)


def _proof(row: dict[str, Any], stored: dict[str, Any]) -> Proof:
    return Proof(
        code=row["code"],
        name=row["name"],
        unit=row["unit"],
        status=Status(stored["status"]) if stored.get("status") else None,
        value=Decimal(stored["value"]) if stored.get("value") is not None else None,
        as_of=dt.date.fromisoformat(stored["as_of"]) if stored else None,
    )
