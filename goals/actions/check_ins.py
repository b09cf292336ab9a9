"""Writes of check-ins. One is never changed by another: a later one for the same tertial supersedes it."""

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from goals.choices import Confidence, Status
from goals.models import CheckIn, ExpectedResult
from vp_portal.core.periods import Tertial

if TYPE_CHECKING:
    from vp_portal.core.models import User


class CheckInInvalidError(ValidationError):
    """The check-in says what can't be; `message_dict` has the reasons by field."""


@transaction.atomic
def make(  # noqa: PLR0913 - the fields of a check-in, each by its name
    *,
    result: ExpectedResult,
    tertial: Tertial,
    status: Status,
    progress: int,
    confidence: Confidence = Confidence.MEDIUM,
    comment: str = "",
    blocked_by: str = "",
    help_needed: str = "",
    by: "User | None",
    at: dt.datetime,
) -> CheckIn:
    """Adds a check-in. Raises CheckInInvalidError. Whether `by` may is for the caller to ask: `goals.access`."""
    errors = {}
    if not 0 <= progress <= 100:
        errors["progress"] = _("Framsteg anges 0–100 procent.")
    if status not in Status:
        errors["status"] = _("Okänd status.")
    if confidence not in Confidence:
        errors["confidence"] = _("Okänd tillförsikt.")
    if tertial > Tertial.of(timezone.localdate(at)):
        errors["tertial"] = _("Tertialen har inte börjat än.")
    if tertial.year < result.plan.first_year:
        errors["tertial"] = _("Tertialen ligger före planens första år.")
    if errors:
        raise CheckInInvalidError(errors)
    check_in = CheckIn(
        result=result,
        tertial=tertial,
        status=status,
        progress=progress,
        confidence=confidence,
        comment=comment,
        blocked_by=blocked_by,
        help_needed=help_needed,
        made_by=by,
        made_at=at,
    )
    check_in._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    check_in.save()
    return check_in
