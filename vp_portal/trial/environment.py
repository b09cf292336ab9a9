"""The environment of a trial."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def trial_environment() -> Iterator[None]:
    """Yields with DATABASE_URL and the trial's settings in the environment."""
    yield
