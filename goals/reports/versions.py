"""The versions of a plan that have been decided."""

import datetime as dt
from dataclasses import dataclass

from goals.content import PlanContent, from_canonical
from goals.models import DecidedPlan, Plan


@dataclass(frozen=True)
class Version:
    """A decided version, for a page or an export. `is_intact`: the content has the hash that it was decided with."""

    pk: int
    number: int
    registry_no: str
    decided_on: dt.date
    signed_by: str
    sha256: str
    is_intact: bool
    content: str

    @property
    def as_content(self) -> PlanContent:
        return from_canonical(self.content)


def version_of(row: DecidedPlan) -> Version:
    return Version(
        pk=row.pk,
        number=row.version,
        registry_no=row.registry_no,
        decided_on=row.decided_on,
        signed_by=row.signed_by,
        sha256=row.sha256,
        is_intact=row.is_intact,
        content=row.content,
    )


def latest_version(plan: Plan) -> Version | None:
    """The one decided last. One query."""
    row = plan.decided.order_by("-version").first()
    return version_of(row) if row else None


def version_on(plan: Plan, on: dt.date) -> Version | None:
    """The one decided last by a day. One query."""
    row = plan.decided.filter(decided_on__lte=on).order_by("-version").first()
    return version_of(row) if row else None
