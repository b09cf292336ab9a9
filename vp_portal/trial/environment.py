"""The surroundings of a trial: its private server, shared between commands, and the variables of its processes."""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from vp_portal.trial import locks
from vp_portal.trial.accounts import Account, server_account
from vp_portal.trial.place import Place
from vp_portal.trial.postgres import Programs, choice, choose
from vp_portal.trial.processes import Children
from vp_portal.trial.server import SOCKET_PARENTS, SOCKET_PREFIX, Server, as_application, is_ready, url_of
from vp_portal.trial.steps import Steps, TrialError

JOIN_TIMEOUT = 120.0  # seconds to wait for a server that another command is starting
USED_AFTER = 2.0  # seconds that another command's server must answer before we take it as in use
LEFTOVER_TIMEOUT = 70.0  # seconds to wait for a server whose owner was killed to finish


def account_for(place: Place) -> Account | None:
    """Who runs the place's server. What exists decides before what is usual."""
    return server_account(*place.existing_data(), place.project)


def owner_lock(place: Place) -> Path:
    """Held by the command that runs the server, and by the server's processes while one of them lives."""
    return place.var / "server.lock"


def users_lock(place: Place) -> Path:
    """Held, shared, by the commands that use a server which another command runs."""
    return place.var / "server.users"


def state_file(place: Place) -> Path:
    """Names the folder of the running server's socket."""
    return place.var / "server.json"


def variables(place: Place, url: str, owner_url: str = "") -> dict[str, str]:
    """What the portal reads from the environment, for a trial. `url` is the portal's own role's."""
    (place.var / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns when the folder is missing.
    return {
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": owner_url or url,
        "DJANGO_SETTINGS_MODULE": "vp_portal.settings",
        "SECRET_KEY": place.secret("secret-key"),
        "VP_DEMO_PASSWORD": place.secret("demo-password"),
        "VP_TRIAL": "1",
        "VP_VAR_DIR": str(place.var),
    }


def start_server(place: Place, programs: Programs, children: Children, steps: Steps, lock: IO[str]) -> Server:
    """Makes the place's server if need be, starts it and tells other commands where it is."""
    account = account_for(place)
    server = Server(programs, place.data_root(account), account, children, place.log("postgresql"))
    others = [folder for folder in place.existing_data() if folder != server.data]
    if others and not server.data.exists():
        names = ", ".join(str(folder) for folder in others)
        steps.warn(
            f"Obs: databasen i {names} hör till en annan version av PostgreSQL och lämnas orörd; "
            f"version {programs.major} får en egen i {server.data}."
        )
    server.prepare()
    _forget_old_socket(place)
    server.start(lock)
    announce(place, server)
    return server


def _forget_old_socket(place: Place) -> None:
    """Removes the folder of a server that was killed together with its guard. The caller holds the lock."""
    folder = _announced(place)
    if folder and str(folder.parent) in SOCKET_PARENTS and folder.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def announce(place: Place, server: Server) -> None:
    """Writes where the server is, whole or not at all."""
    unfinished = state_file(place).with_suffix(".new")
    unfinished.write_text(json.dumps({"socket_folder": str(server.socket_folder)}))
    unfinished.rename(state_file(place))


def take_ownership(place: Place) -> IO[str]:
    """The right to run the place's server, after waiting for processes that a killed owner left."""
    used = time.monotonic()
    deadline = used + LEFTOVER_TIMEOUT
    while time.monotonic() < deadline:
        lock = locks.try_exclusive(owner_lock(place))
        if lock:
            return lock
        if running_server(place) is None:
            used = time.monotonic()  # Someone is stopping or starting it.
        elif time.monotonic() - used > USED_AFTER:
            break
        time.sleep(0.1)
    raise TrialError("Databasen används av ett annat kommando (manage.py): vänta tills det är klart och kör igen.")


def running_server(place: Place) -> Path | None:
    """The socket folder of the place's server, if one takes connections."""
    folder = _announced(place)
    return folder if folder and is_ready(folder) else None


def _announced(place: Place) -> Path | None:
    try:
        return Path(json.loads(state_file(place).read_text())["socket_folder"])
    except (FileNotFoundError, ValueError):
        return None


@contextmanager
def shared_server(place: Place, steps: Steps) -> Iterator[str]:
    """The address of the place's database, for its owner: from a server that runs, or one that runs for this command.

    A command that started the server keeps it until the others that came to use it are done.
    """
    deadline = time.monotonic() + JOIN_TIMEOUT
    while time.monotonic() < deadline:
        lock = locks.try_exclusive(owner_lock(place))
        if lock:
            with lock, Children() as children:
                yield from _own(place, children, steps, lock)
            return
        with locks.shared(users_lock(place)):
            folder = running_server(place)
            if folder:
                yield url_of(folder)
                return
        time.sleep(0.1)
    raise TrialError("Ett annat kommando har startat databasen men den svarar inte: vänta, eller stoppa det.")


def _own(place: Place, children: Children, steps: Steps, lock: IO[str]) -> Iterator[str]:
    programs = choose(account_for(place), place.environment, choice(os.environ))
    server = start_server(place, programs, children, steps, lock)
    try:
        yield server.url
    finally:
        with _last_user(place, steps):
            state_file(place).unlink(missing_ok=True)
            server.stop()


@contextmanager
def _last_user(place: Place, steps: Steps) -> Iterator[None]:
    users = locks.try_exclusive(users_lock(place))
    if users is None:
        steps.warn("Väntar med att stoppa databasen: ett annat kommando använder den.")
        users = locks.exclusive(users_lock(place))
    with users:
        yield


@contextmanager
def trial_environment() -> Iterator[None]:
    """For `manage.py`: sets the variables of the trial unless DATABASE_URL says that this is no trial."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    place = Place.usual()
    try:
        with shared_server(place, Steps(sys.stderr, silent=True)) as url:
            own = variables(place, as_application(url), url)
            for name, value in own.items():
                os.environ.setdefault(name, value)
            os.environ |= {name: own[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
            yield
    except TrialError as error:
        sys.exit(str(error))
