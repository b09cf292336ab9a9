"""Gives `pytest` a private PostgreSQL when DATABASE_URL is not set. Loaded before Django's settings are."""

from vp_portal.trial.environment import trial_environment

_environment = trial_environment()
_environment.__enter__()


def pytest_unconfigure() -> None:
    _environment.__exit__(None, None, None)
