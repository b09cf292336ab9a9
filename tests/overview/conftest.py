"""Opening pages as someone, and counting what it costs."""

import secrets
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import AccountGroupFactory, BatchFactory, CostCentreFactory, RollupFactory, RunFactory
from tests.factories.services import PersonFactory, UnitFactory


@pytest.fixture
def text(client) -> Callable[..., str]:
    """`text(user, url)` is the page in one line, with plain spaces."""

    def text(user: Any, url: str) -> str:
        client.force_login(user)
        response = client.get(url)
        assert response.status_code == 200
        return " ".join(response.content.decode().replace("\u00a0", " ").split())

    return text


@pytest.fixture
def queries(client) -> Callable[[Any, str], int]:
    """How many queries a page takes, signing in not counted."""

    def queries(user: Any, url: str) -> int:
        client.force_login(user)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    return queries


@pytest.fixture
def boss(db) -> Any:
    """The line manager of the unit `SD`."""
    return PersonFactory(code="siv", name="Siv Chef", user=UserFactory())


@pytest.fixture
def unit(boss) -> Any:
    return UnitFactory(code="SD", name="Systemdrift", manager=boss)


@pytest.fixture
def book(unit) -> Callable[..., None]:
    """`book(period, amount, cost_object)` on the unit's cost centre and an ordinary group unless others are given."""
    run, group, centre = RunFactory(), AccountGroupFactory(code="drift"), CostCentreFactory(code="11320", unit=unit)
    BatchFactory()

    def book(period: int, amount: str, cost_object: Any = None, **fields: Any) -> None:
        target = cost_object and cost_object.cost_object
        RollupFactory(
            run=run,
            period=period,
            amount=Decimal(amount),
            cost_object=target,
            **{"cost_centre": centre, "account_group": group, **fields},
        )

    return book


@pytest.fixture
def demo(db, today, settings, monkeypatch, tmp_path: Path) -> None:
    """The demo department with 600 postings."""
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    settings.VAR_DIR = tmp_path
    settings.TRIAL = True
    call_command("seed_demo", postings=600, today=TODAY, verbosity=0)
