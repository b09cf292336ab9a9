"""A decision on the plan: the whole of it is stored as it is, and never changed."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext as _

from goals.content import PlanContent, as_document, canonical, sha256
from goals.exporting import markdown
from goals.models import DecidedPlan, Plan
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent

if TYPE_CHECKING:
    from vp_portal.core.models import User


class PlanChangedError(Exception):
    """The plan is another than the one that was shown."""


@transaction.atomic
def decide(  # noqa: PLR0913 - the facts of a decision, each by its name
    plan: Plan,
    content_now: Callable[[], PlanContent],
    *,
    registry_no: str,
    decided_on: dt.date,
    signed_by: str,
    seen: str | None = None,
    on: dt.date,
    at: dt.datetime,
    by: "User | None",
    request: HttpRequest | None = None,
) -> DecidedPlan:
    """Stores the plan as its next version. `seen` is the hash of what the decision was made on; `content_now` works
    the content out while nobody else decides (`reports.content.decidable`).

    Raises PlanChangedError where the plan has changed since, ValidationError by field.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)
    content = content_now()
    text = canonical(content)
    if seen is not None and seen != sha256(text):
        raise PlanChangedError
    if decided_on > on:
        raise ValidationError({"decided_on": _("Beslutsdatumet ligger i framtiden.")})
    if not content.sections:
        raise ValidationError(_("Planen har inga avsnitt att besluta."))
    row = DecidedPlan(
        plan=plan,
        version=(plan.decided.aggregate(Max("version"))["version__max"] or 0) + 1,
        registry_no=registry_no,
        decided_on=decided_on,
        signed_by=signed_by,
        content=text,
        markdown=markdown.write(as_document(content)),
        sha256=sha256(text),
        recorded_by=by,
        recorded_at=at,
    )
    row.full_clean()
    row.save()
    audit.record(
        AuditEvent.DECISION,
        request=request,
        user=by,
        target=row,
        version=row.version,
        registry_no=registry_no,
        sha256=row.sha256,
    )
    return row
