"""How fresh the figures are."""

import pytest

from finance.models import PeriodLock
from tests.finance.ledger_world import AT, booked_world
from vp_portal.core.periods import Period
from vp_portal.overview.reports import periods

pytestmark = pytest.mark.django_db


def test_the_latest_month_is_told_to_be_locked_or_not(today):
    booked_world()
    assert (periods.booked().latest, periods.booked().is_locked) == (202507, False)
    PeriodLock.objects.create(period=Period(202506), locked_at=AT, reason="Bokslut")
    assert not periods.booked().is_locked
    PeriodLock.objects.create(period=Period(202507), locked_at=AT, reason="Bokslut")
    assert periods.booked().is_locked
