"""Runs a command to its end, telling its progress from what it prints."""

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from vp_portal.trial.processes import Children
from vp_portal.trial.server import tail
from vp_portal.trial.steps import Steps, TrialError

TICK = 0.5  # seconds


def follow(
    children: Children,
    command: Sequence[str | Path],
    log: Path,
    tell: Callable[[str], None],
    *,
    env: Mapping[str, str],
    cwd: Path,
) -> int:
    """The command's exit code. Its output goes to `log`, each line to `tell` too, and the last again every tick."""
    last, rest = "", b""
    with log.open("wb") as file:
        child = children.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=cwd)
        assert child.stdout
        with child.stdout, selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while True:
                if selector.select(TICK):
                    data = os.read(child.stdout.fileno(), 65536)
                    if not data:
                        break
                    file.write(data)
                    *lines, rest = (rest + data).split(b"\n")
                    for line in lines:
                        last = line.decode("utf-8", "replace")
                        tell(last)
                elif last:
                    tell(last)
        child.wait()
    children.forget(child)
    return child.returncode


def do(
    children: Children, steps: Steps, text: str, command: Sequence[str | Path], log: Path, env: Mapping[str, str]
) -> None:
    """A step that is one command of the portal; its seconds and its latest line are shown meanwhile."""
    started = time.monotonic()
    with steps.step(text):
        code = follow(
            children,
            command,
            log,
            lambda line: steps.progress(f"{time.monotonic() - started:.0f} s  {line}"),
            env=env,
            cwd=Path(env["PWD"]),
        )
    if code:
        raise TrialError(f"Steget misslyckades: {text}. {log} säger varför:\n{tail(log)}")
