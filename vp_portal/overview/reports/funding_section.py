"""How a cost object is funded, on its own page: the model for everyone, the kronor for who sees its whole cost."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from finance.models import FundingShare
from finance.reports import funding
from finance.reports.funded import Share
from finance.reports.funding_page import address
from services.choices import ACTIVE, CostObjectKind
from vp_portal.core.models import User
from vp_portal.overview.reports.costs import Span


@dataclass(frozen=True)
class FundingSection:
    """`row` is None without the right to the money, or where nothing is booked. `url` leads to the model, `area_url` to
    the money of an area and its services."""

    model: Sequence[Share | FundingShare]
    needs_model: bool
    url: str
    area_url: str
    row: funding.Row | None = None


def funding_section(
    own: Any, user: User | AnonymousUser, span: Span | None, on: dt.date, *, may_see_all: bool
) -> FundingSection:
    """One query; three where the money is shown. What an area costs is mostly its services', with their own models."""
    needs_model = own.kind in funding.WITH_MODEL and own.lifecycle in ACTIVE and on in own.valid
    url = reverse("finance:funding_model", args=[funding.OBJECT, own.code])
    area_url = address(area=own.code) if own.kind == CostObjectKind.AREA and may_see_all else ""
    if span is None or not may_see_all or area_url:
        held = FundingShare.objects.on(on).of(own).select_related("source").order_by("source__position")
        return FundingSection(list(held), needs_model, url, area_url)
    row = funding.one_object(funding.seen_by(user, on), own, span.first, span.last, on)
    return FundingSection(row.model, needs_model, url, "", row)
