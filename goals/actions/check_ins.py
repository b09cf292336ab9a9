"""Writes of check-ins. The words of one never change: a correction is a row of its own, and a later one for the same
occasion supersedes it."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from goals.actions.measures import record
from goals.choices import Confidence, Review, Status
from goals.models import CheckIn, CheckInDraft, ExpectedResult, Indicator
from goals.occasions import Occasion

if TYPE_CHECKING:
    from vp_portal.core.models import User


class CheckInInvalidError(ValidationError):
    """The check-in says what can't be; `message_dict` has the reasons by field."""


class NotReviewableError(Exception):
    """The check-in can't be reviewed by that person, or not any more. Its text says why."""


@transaction.atomic
def make(  # noqa: PLR0913 - the fields of a check-in, each by its name
    *,
    result: ExpectedResult,
    occasion: Occasion,
    status: Status,
    progress: int,
    confidence: Confidence = Confidence.MEDIUM,
    comment: str = "",
    blocked_by: str = "",
    help_needed: str = "",
    corrects: CheckIn | None = None,
    reading: tuple[Indicator, Decimal] | None = None,
    by: "User | None",
    at: dt.datetime,
) -> CheckIn:
    """Adds a check-in; the draft of it goes. `corrects` is what it puts right, and counts only while that is about
    the same occasion and isn't acknowledged. Raises CheckInInvalidError. Whether `by` may is for the caller to ask:
    `goals.access`."""
    if errors := _errors(result, occasion, status, progress, confidence, timezone.localdate(at)):
        raise CheckInInvalidError(errors)
    check_in = CheckIn(
        result=result,
        tertial=occasion.tertial,
        month=occasion.month,
        status=status,
        progress=progress,
        confidence=confidence,
        comment=comment,
        blocked_by=blocked_by,
        help_needed=help_needed,
        corrects=corrects if corrects and can_be_corrected(corrects, occasion) else None,
        made_by=by,
        made_at=at,
    )
    _keep(check_in, by)
    if reading:
        day = min(occasion.last_day, timezone.localdate(at))
        record(indicator=reading[0], on=day, value=reading[1], source=_("Avstämning"), by=by, at=at, replace=True)
    if by:
        drop_draft(result=result, by=by)
    return check_in


def _errors(
    result: ExpectedResult, occasion: Occasion, status: str, progress: int, confidence: str, on: dt.date
) -> dict[str, str]:
    errors = {}
    if not 0 <= progress <= 100:
        errors["progress"] = _("Framsteg anges 0–100 procent.")
    if status not in Status:
        errors["status"] = _("Okänd status.")
    if confidence not in Confidence:
        errors["confidence"] = _("Okänd tillförsikt.")
    if occasion.first_day > on:
        errors["occasion"] = _("Månaden har inte börjat än.") if occasion.month else _("Tertialen har inte börjat än.")
    if occasion.tertial.year < result.plan.first_year:
        errors["occasion"] = _("Tertialen ligger före planens första år.")
    return errors


def can_be_corrected(check_in: CheckIn, occasion: Occasion) -> bool:
    return check_in.occasion == occasion and check_in.review != Review.ACKNOWLEDGED


@transaction.atomic
def review(*, check_in: CheckIn, answer: Review, comment: str = "", by: "User", at: dt.datetime) -> None:
    """The reviewer acknowledges a check-in or returns it, which needs a comment. Raises NotReviewableError and
    CheckInInvalidError."""
    found = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if found.made_by_id == by.pk:
        raise NotReviewableError(_("Du har gjort avstämningen själv: någon annan granskar den."))
    if found.review == Review.ACKNOWLEDGED:
        raise NotReviewableError(_("Avstämningen är redan kvitterad."))
    if found.result.check_ins.first() != found:
        raise NotReviewableError(_("Det har kommit en senare avstämning. Granska den i stället."))
    if answer == Review.RETURNED and not comment.strip():
        raise CheckInInvalidError({"comment": _("Skriv vad som behöver ändras.")})
    found.review, found.review_comment, found.reviewed_by, found.reviewed_at = answer, comment, by, at
    _keep(found, by)


def _keep(check_in: CheckIn, by: "User | None") -> None:
    check_in._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    check_in.save()


def save_draft(*, result: ExpectedResult, values: dict[str, Any], by: "User", at: dt.datetime) -> CheckInDraft:
    """Keeps what someone has written so far; a later one takes its place."""
    plain = {name: str(value).replace("\0", "") for name, value in values.items()}
    return CheckInDraft.objects.update_or_create(result=result, user=by, defaults={"values": plain, "saved_at": at})[0]


def drop_draft(*, result: ExpectedResult, by: "User") -> None:
    CheckInDraft.objects.filter(result=result, user=by).delete()
