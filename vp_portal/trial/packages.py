"""The project's own virtual environment, made anew when a lock file has changed."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from vp_portal.trial.place import Place
from vp_portal.trial.processes import Children
from vp_portal.trial.server import tail
from vp_portal.trial.steps import Steps, TrialError
from vp_portal.trial.tasks import follow

RUN, TEST = "requirements.txt", "requirements-test.txt"
NETWORK_SIGNS = (
    "NewConnectionError",
    "ConnectTimeout",
    "ConnectionError",
    "ReadTimeout",
    "ProxyError",
    "SSLError",
    "Could not fetch URL",
    "No matching distribution found",
    "Temporary failure in name resolution",
)
READY, ADD, MAKE = "ready", "add", "make"


class Packages:
    """What is installed in `.venv`. The stamp is written last, so that a half-made one is made again."""

    def __init__(self, place: Place, children: Children, steps: Steps, locks: tuple[str, ...]) -> None:
        self.place = place
        self.children = children
        self.steps = steps
        self.locks = locks
        self.stamp = place.environment / "installed"
        self._maker: subprocess.Popen[Any] | None = None

    def state(self) -> str:
        """READY, ADD when only a lock is missing, or MAKE."""
        if not self.stamp.exists() or not self.place.python.exists():
            return MAKE
        lines = dict(line.split(" ", 1) for line in self.stamp.read_text().splitlines())
        if lines.pop("python", "") != python_version():
            return MAKE
        if any(digest != self._digest(name) for name, digest in lines.items()):
            return MAKE
        return READY if set(self.locks) <= set(lines) else ADD

    def begin(self) -> None:
        """Starts making the environment, if it must be made."""
        if self.state() != MAKE:
            return
        require_modules()
        self.stamp.unlink(missing_ok=True)
        shutil.rmtree(self.place.environment, ignore_errors=True)
        with self.place.log("venv").open("wb") as log:
            python = getattr(sys, "_base_executable", sys.executable)
            command = [python, "-m", "venv", self.place.environment]
            self._maker = self.children.start(command, stdout=log, stderr=log)

    def finish(self) -> None:
        """Waits for the environment and installs what it lacks."""
        state = READY if self.state() == READY else ADD
        if self._maker:
            with self.steps.step("Skapar en virtuell Pythonmiljö i .venv"):
                self._maker.wait()
                self.children.forget(self._maker)
            code, self._maker = self._maker.returncode, None
            if code:
                log = self.place.log("venv")
                raise TrialError(f"Den virtuella miljön .venv kunde inte skapas; {log} säger varför:\n{tail(log)}")
        if state == ADD:
            self._install()

    def _install(self) -> None:
        self.stamp.unlink(missing_ok=True)
        files = [self.place.project / name for name in self.locks]
        total = sum(1 for file in files for line in file.read_text().splitlines() if "==" in line)
        command: list[str | Path] = [self.place.python, "-m", "pip", "install", "--require-hashes", "--prefer-binary"]
        command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "2"]
        for file in files:
            command += ["-r", file]
        log = self.place.log("pip")
        with self.steps.step(f"Installerar paket ur {' och '.join(self.locks)}"):
            seen: list[str] = []

            def tell(line: str) -> None:
                if progress := _progress(line, seen, total):
                    self.steps.progress(progress)

            environment = {name: value for name, value in os.environ.items() if name != "PIP_REQUIRE_VIRTUALENV"}
            code = follow(self.children, command, log, tell, env=environment, cwd=self.place.project)
        if code:
            raise TrialError(explain(log.read_text(errors="replace"), log))
        lines = [f"python {python_version()}", *(f"{name} {self._digest(name)}" for name in self.locks)]
        self.stamp.write_text("\n".join(lines) + "\n")

    def _digest(self, name: str) -> str:
        file = self.place.project / name
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "missing"


def python_version() -> str:
    return "{}.{}".format(*sys.version_info)


def require_modules() -> None:
    """Debian packs Python's own means of making an environment apart from Python."""
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        version = python_version()
        raise TrialError(
            f"Pythons modul för virtuella miljöer saknas: installera den (på Debian och Ubuntu: "
            f"apt install python{version}-venv) och kör igen."
        )


def _progress(line: str, seen: list[str], total: int) -> str:
    """What a line of pip's says about how far it has come; `seen` collects the packages."""
    if found := re.match(r"Collecting ([\w.-]+)", line):
        if found[1] not in seen:
            seen.append(found[1])
        return f"hämtar {min(len(seen), total)} av högst {total}: {found[1]}"
    if line.startswith("Installing collected packages"):
        return f"packar upp {len(seen)} paket"
    return ""


def explain(output: str, log: Path) -> str:
    """The sentence for a failed installation."""
    if "No space left on device" in output:
        return "Disken är full: frigör utrymme (paketen behöver omkring 500 MB) och kör igen."
    if "DO NOT MATCH THE HASHES" in output:
        return f"Ett hämtat paket stämmer inte med låsfilens kontrollsumma och installerades inte: se {log}."
    if any(sign in output for sign in NETWORK_SIGNS):
        return (
            "Paketen kunde inte hämtas: kontrollera nätverket, eller pips inställningar för spegel och proxy, "
            f"och kör igen (pips utskrift finns i {log})."
        )
    return f"Paketen kunde inte installeras; {log} säger varför:\n{tail(log)}"
