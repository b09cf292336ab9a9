"""Writes of measures' readings."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from goals.models import Indicator, IndicatorReading

if TYPE_CHECKING:
    from vp_portal.core.models import User


class ReadingInvalidError(ValidationError):
    """The reading says what can't be; `message_dict` has the reasons by field."""


@transaction.atomic
def record(
    *,
    indicator: Indicator,
    on: dt.date,
    value: Decimal | None,
    source: str = "",
    note: str = "",
    by: "User | None",
    at: dt.datetime,
    replace: bool = False,
) -> IndicatorReading:
    """Adds the reading of a day, or a note where the portal computes the values. One that is there already is put
    right with `replace`, else it stands in the way. Raises ReadingInvalidError."""
    if on > timezone.localdate(at):
        raise ReadingInvalidError({"on": _("Dagen har inte kommit än.")})
    rows = IndicatorReading.objects.select_for_update().order_by("pk")  # Their own order joins what can't be locked.
    existing = rows.filter(indicator=indicator, on=on).first()
    if existing and not replace:
        raise ReadingInvalidError({"on": _("Måttet har redan en avläsning den dagen.")})
    reading = existing or IndicatorReading(indicator=indicator, on=on, made_at=at, made_by=by)
    reading.value = value
    reading.source = source or reading.source
    reading.note = note or reading.note
    try:
        reading.clean()
    except ValidationError as error:
        raise ReadingInvalidError(error.message_dict) from error
    reading._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    reading.save()
    return reading
