from decimal import Decimal

import pytest

from finance.actions import forecasts
from finance.actions.budgets import NotADraftError
from tests.factories.finance import ForecastFactory
from vp_portal.core.periods import Period


def test_booked_months_stay_as_they_are_and_each_row_tells_how_the_rest_came(world):
    version = ForecastFactory()
    forecasts.compute(version, by=None)
    version.refresh_from_db()
    assert version.origin == "Framräknad ur utfallet till och med juli 2025".replace(" 2025", "\xa02025")
    mine = version.lines.filter(cost_centre=world.mine, account_group=world.licences.group)
    assert sum(line.amount for line in mine if line.period <= 202507) == Decimal("1000.10")
    basis = version.bases.get(cost_centre=world.mine, account_group=world.licences.group)
    assert basis.booked == Decimal("1000.10")
    assert basis.booked + basis.expected == sum(line.amount for line in mine)
    assert basis.reason


def test_special_periods_and_distribution_accounts_are_no_forecast(world):
    version = ForecastFactory()
    forecasts.compute(version, by=None)
    assert not version.lines.filter(period=Period(202500)).exists()
    march = version.lines.filter(cost_centre=world.mine, account_group=world.licences.group, period=202503)
    assert not march.exists()


def test_computing_again_changes_nothing_but_what_has_changed(world):
    version = ForecastFactory()
    forecasts.compute(version, by=None)
    count = version.bases.count()
    again = forecasts.compute(version, by=None)
    assert (again.new, again.changed, again.removed) == (0, 0, 0)
    assert version.bases.count() == count


def test_a_decided_forecast_is_not_computed_again(world):
    with pytest.raises(NotADraftError):
        forecasts.compute(ForecastFactory(state="decided"), by=None)


def test_without_a_ledger_there_is_nothing_to_compute_from(db):
    with pytest.raises(forecasts.NothingBookedError):
        forecasts.compute(ForecastFactory(), by=None)
