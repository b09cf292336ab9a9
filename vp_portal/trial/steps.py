"""What a trial says while it works: a line for each step, a moving line for what takes long."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

PROGRESS_EVERY = 10.0  # seconds between progress lines where a line can't be written over
LINE_WIDTH = 100


class TrialError(Exception):
    """One Swedish sentence that says what is wrong and what to do about it."""


class Steps:
    """Writes to `stream`; a silent one says nothing but warnings."""

    def __init__(self, stream: TextIO | None = None, *, silent: bool = False) -> None:
        self.stream = stream or sys.stdout
        self.silent = silent
        self.moving = not silent and self.stream.isatty()
        self._progress_at = 0.0

    def say(self, text: str = "") -> None:
        if not self.silent:
            print(text, file=self.stream, flush=True)

    def warn(self, text: str) -> None:
        print(text, file=self.stream, flush=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        started = self._progress_at = time.monotonic()
        self._line(f"– {text} …")
        yield
        seconds = time.monotonic() - started
        if self.moving:
            self._line(f"\r\033[K– {text} ({_seconds(seconds)})\n")
        elif seconds >= PROGRESS_EVERY:
            self.say(f"  klart efter {_seconds(seconds)}")

    def progress(self, text: str) -> None:
        """Shows how far the step has come."""
        text = text.strip()[:LINE_WIDTH]
        if self.moving:
            self._line(f"\r\033[K  {text}")
        elif time.monotonic() - self._progress_at >= PROGRESS_EVERY:
            self._progress_at = time.monotonic()
            self.say(f"  {text}")

    def _line(self, text: str) -> None:
        if not self.silent:
            self.stream.write(text if self.moving else text + "\n")
            self.stream.flush()


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s".replace(".", ",")
