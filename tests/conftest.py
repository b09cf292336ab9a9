"""What all tests share: a database server, real files when they are there, one day that is today."""

import datetime as dt
import os
import shutil
from pathlib import Path

import django
import pytest

from vp_portal.trial.environment import trial_environment

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
IN_CI = bool(os.environ.get("CI"))

# Settings need a server to exist before Django loads: a private one unless DATABASE_URL names another.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vp_portal.settings")
_server = trial_environment()
_server.__enter__()
django.setup()

from tests import database, header_names  # noqa: E402  # needs the settings

database.use_owner()
header_names.keep_filled()

#: The day on which tests happen, unless they say otherwise.
TODAY = dt.date(2025, 9, 15)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-seconds", type=float, default=60, help="for how long mutated ledger files are fed")


def pytest_unconfigure() -> None:
    _server.__exit__(None, None, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what cannot run here as skipped by name; CI has everything, so there it runs and fails."""
    if IN_CI:
        return
    for item in items:
        if item.get_closest_marker("real_data") and not SHARED.exists():
            item.add_marker(pytest.mark.skip(reason="the real plan and ledger files are not beside the project"))
        if item.get_closest_marker("browser") and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session", autouse=True)
def _plain_static_files() -> None:
    """Pages are tested without collecting static files first."""
    from django.conf import settings

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database is made by the owner of its tables; tests have the rights of the portal's own role."""
    with django_db_blocker.unblock():
        database.become_application()
    yield
    with django_db_blocker.unblock():
        database.become_owner()


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path_factory) -> None:
    """Never among the files of a trial beside the tests: a booking takes away what its database does not know."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "files"
    settings.UPLOAD_FOLDER = settings.MEDIA_ROOT / "uploads"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """Sets the clock that views and commands ask."""
    monkeypatch.setattr("vp_portal.core.access.today", lambda: TODAY)
    return TODAY


@pytest.fixture(scope="session")
def plan_file() -> Path:
    return SHARED / "plan" / "verksamhetsplan.md"


@pytest.fixture(scope="session")
def ledger_folder() -> Path:
    return SHARED / "ledger"
