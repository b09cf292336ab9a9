"""Child processes that never outlive their parent, however it ends.

Two things see to that: on Linux the kernel signals each child when its parent dies, and everywhere a
guard process (`guard.py`) reads a pipe that only the parent holds open, and stops what is left when it closes.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from vp_portal.trial.accounts import Account
from vp_portal.trial.guard import alive

GUARD = Path(__file__).with_name("guard.py")
PR_SET_PDEATHSIG = 1
PATIENCE = 10.0  # seconds a child gets to end by itself


class Children:
    """The children of this process. Start them from the main thread: Linux's signal comes when the thread ends."""

    def __init__(self) -> None:
        self._running: dict[subprocess.Popen[Any], tuple[int, float]] = {}
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", str(GUARD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(list(self._running)):
            self.stop(child)
        assert self._guard.stdin
        with contextlib.suppress(BrokenPipeError):
            self._guard.stdin.close()
        self._guard.wait()

    def start(
        self,
        command: Sequence[str | Path],
        *,
        account: Account | None = None,
        stop_signal: int = signal.SIGTERM,
        patience: float = PATIENCE,
        **options: Any,
    ) -> subprocess.Popen[Any]:
        """Starts a child in a session of its own, as `account` if given. `options` are those of Popen."""
        options.setdefault("stdin", subprocess.DEVNULL)
        if account:
            options.update(user=account.uid, group=account.gid, extra_groups=[])
        child: subprocess.Popen[Any] = subprocess.Popen(
            [str(word) for word in command],
            start_new_session=True,
            preexec_fn=_dying_with_parent(stop_signal),  # noqa: PLW1509 - one thread only
            **options,
        )
        self._running[child] = stop_signal, patience
        self._tell(f"watch {child.pid} {int(stop_signal)} {patience}")
        return child

    def stop(self, child: subprocess.Popen[Any]) -> None:
        """Asks the child to end, waits, and ends what is left of its process group."""
        stop_signal, patience = self._running.get(child, (signal.SIGTERM, PATIENCE))
        if child.poll() is None:
            child.send_signal(stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(patience)
        self.forget(child)

    def forget(self, child: subprocess.Popen[Any]) -> None:
        """Ends what is left of the group of a child that has ended, and stops watching it."""
        deadline = time.monotonic() + 1
        while child.poll() is not None and alive(child.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if alive(child.pid):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if self._running.pop(child, None):
            self._tell(f"forget {child.pid}")

    def remove_at_end(self, folder: Path) -> None:
        """Has the guard remove a temporary folder when everything has ended."""
        self._tell(f"folder {folder}")

    def _tell(self, line: str) -> None:
        assert self._guard.stdin
        with contextlib.suppress(BrokenPipeError):  # Someone has ended the guard. Linux's signal is still there.
            self._guard.stdin.write(line + "\n")
            self._guard.stdin.flush()


def _dying_with_parent(number: int) -> Callable[[], None] | None:
    """What the child does before exec: has Linux send it the signal when this process dies."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes  # Some builds of Python lack it. The guard is still there.

        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (ImportError, OSError, AttributeError):
        return None
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # It died before we asked.
            os.kill(os.getpid(), signal.SIGKILL)

    return ask
