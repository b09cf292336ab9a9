"""`python3 run.py`: everything from an empty folder to a portal in the browser."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vp_portal.trial import environment, locks, packages
from vp_portal.trial.place import Place
from vp_portal.trial.postgres import choice, choose, choose_installed
from vp_portal.trial.processes import Children
from vp_portal.trial.server import Server, as_application
from vp_portal.trial.static import collect_static
from vp_portal.trial.steps import Steps, TrialError
from vp_portal.trial.tasks import do

HOST = "127.0.0.1"
WEB_TIMEOUT = 60.0  # seconds until the web server must have answered
RESTARTS, RESTART_WINDOW = 5, 60.0  # so many times in so many seconds is enough


def serve(place: Place, steps: Steps, port: int, reset: bool) -> int:
    """Sets up, serves until told to stop, and stops everything."""
    external = os.environ.get("DATABASE_URL")
    if reset and external:
        raise TrialError("--reset gäller bara provets egen databas: ta bort DATABASE_URL ur miljön och kör igen.")
    with ExitStack() as stack:
        stack.enter_context(only_one(place))
        address = stack.enter_context(reserve(port))
        children = stack.enter_context(Children())
        # While this waits for the network, the database can start: installed servers need no packages.
        installation = packages.Packages(place, children, steps, (packages.RUN,))
        installation.begin()
        server = None if external else _start_database(place, children, steps, stack, reset, installation)
        if external:
            installation.finish()
        variables = child_variables(place, *addresses(server))
        trial = Trial(place, steps, children, variables, address, server)
        trial.start()
        steps.say(f"\nVP-portalen är igång: http://{HOST}:{port}/\n")
        trial.show_logins()
        steps.say("\nCtrl-C stoppar allt.")
        with suppress(KeyboardInterrupt):  # The way to end it.
            trial.supervise()
        steps.say("\nStoppar …")
    return 0


def only_one(place: Place) -> ExitStack:
    """Sees to that only one trial runs in the folder."""
    lock = locks.try_exclusive(place.var / "run.lock")
    if lock is None:
        raise TrialError("VP-portalen är redan igång i den här mappen: stoppa den först med Ctrl-C där den körs.")
    stack = ExitStack()
    stack.enter_context(lock)
    return stack


def reserve(port: int) -> socket.socket:
    """A socket that holds the port from the start, so that nothing takes it while the rest is set up."""
    if not 0 < port < 65536:
        raise TrialError("En port är ett tal från 1 till 65535: välj ett med --port, till exempel --port 8080.")
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((HOST, port))
        if _answers(port):  # Reuse lets two bind until one listens.
            raise OSError
    except PermissionError:
        reserved.close()
        raise TrialError(
            f"Port {port} får bara administratören använda: välj en annan med --port, över 1023."
        ) from None
    except OSError:
        reserved.close()
        raise TrialError(
            f"Port {port} är upptagen av ett annat program: stoppa det, eller välj en annan med --port {port + 1}."
        ) from None
    return reserved


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as link:
        link.settimeout(1)
        return link.connect_ex((HOST, port)) == 0


def addresses(server: Server | None) -> tuple[str, str]:
    """The database for the portal's role and for the owner: the private server's, or those of the environment."""
    if server:
        return as_application(server.url), server.url
    url = os.environ["DATABASE_URL"]
    return url, os.environ.get("DATABASE_OWNER_URL") or url


def child_variables(place: Place, url: str, owner_url: str = "") -> dict[str, str]:
    """The whole environment of the portal's processes."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"PWD": str(place.project), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    return inherited | own | environment.variables(place, url, owner_url)


def _start_database(
    place: Place, children: Children, steps: Steps, stack: ExitStack, reset: bool, installation: packages.Packages
) -> Server:
    """The private server: started while the packages are being fetched, if one is installed."""
    lock = stack.enter_context(environment.take_ownership(place))
    if reset:
        with steps.step("Tar bort databasen och allt som gjorts av den"):
            place.forget_everything()
    forced = choice(os.environ)
    account = environment.account_for(place)
    programs = choose_installed(account, forced)
    if programs is None:
        installation.finish()
        programs = choose(account, place.environment, forced)
    with steps.step(f"Startar databasen: {programs.name}"):
        server = environment.start_server(place, programs, children, steps, lock)
    stack.callback(environment.state_file(place).unlink, missing_ok=True)
    installation.finish()
    return server


@dataclass
class Trial:
    """The portal's own processes on a database that is ready."""

    place: Place
    steps: Steps
    children: Children
    variables: Mapping[str, str]
    address: socket.socket
    server: Server | None
    processes: dict[str, subprocess.Popen[Any]] = field(default_factory=dict)
    restarted: list[float] = field(default_factory=list)

    def manage(self, *arguments: str) -> list[str | Path]:
        return [self.place.python, self.place.project / "manage.py", *arguments]

    def start(self) -> None:
        """Brings the tables and the demo up to date and starts the processes, side by side where it can be."""
        with collect_static(self.place, self.children, self.steps, self.variables):
            self._do("Uppdaterar databasens tabeller", "migrate", "--no-input")
        self._start("web")
        self._do("Läser in demon om databasen är tom", "seed_demo", "--if-empty")
        self._wait_for_web()
        self._start("worker")

    def _do(self, text: str, *arguments: str) -> None:
        log = self.place.log(arguments[0])
        do(self.children, self.steps, text, self.manage(*arguments), log, self.variables)

    def _start(self, name: str) -> None:
        start = self._start_web if name == "web" else self._start_worker
        self.processes[name] = start()

    def _start_web(self) -> subprocess.Popen[Any]:
        number = self.address.fileno()
        command: list[str | Path] = [self.place.python, "-m", "gunicorn", "vp_portal.wsgi", "--bind", f"fd://{number}"]
        command += ["--worker-class", "gthread", "--threads", "6", "--graceful-timeout", "3"]
        command += ["--log-level", "warning", "--no-control-socket"]
        return self.children.start(command, env=self.variables, cwd=self.place.project, pass_fds=(number,))

    def _start_worker(self) -> subprocess.Popen[Any]:
        command = self.manage("procrastinate", "worker", "--shutdown-graceful-timeout", "3")
        with self.place.log("worker").open("ab") as log:
            return self.children.start(command, env=self.variables, cwd=self.place.project, stdout=log, stderr=log)

    def _wait_for_web(self) -> None:
        """Waits for the first page: what makes it slow is then over."""
        port = self.address.getsockname()[1]
        with self.steps.step("Väntar på webbservern"):
            deadline = time.monotonic() + WEB_TIMEOUT
            while (status := page_status(port)) is None:
                if self.processes["web"].poll() is not None:
                    raise TrialError("Webbservern startade inte: felet står ovanför.")
                if time.monotonic() > deadline:
                    raise TrialError(f"Webbservern har inte svarat på {WEB_TIMEOUT:.0f} sekunder.")
                time.sleep(0.1)
        if status >= 500:
            self.steps.warn(f"Obs: startsidan svarar med fel {status}; felet står ovanför.")

    def show_logins(self) -> None:
        child = self.children.start(self.manage("demo_logins"), env=self.variables, cwd=self.place.project)
        child.wait()
        self.children.forget(child)

    def supervise(self) -> None:
        """Starts again what ends by itself. Returns only by an exception or a TrialError."""
        while True:
            time.sleep(0.3)
            if self.server and self.server.process and self.server.process.poll() is not None:
                self._note_restart("Databasen")
                self.children.forget(self.server.process)
                self.server.start()
                environment.announce(self.place, self.server)
            for name, title in (("web", "Webbservern"), ("worker", "Bakgrundsarbetaren")):
                if self.processes[name].poll() is not None:
                    self._note_restart(title)
                    self.children.forget(self.processes[name])
                    self._start(name)

    def _note_restart(self, title: str) -> None:
        now = time.monotonic()
        self.restarted = [moment for moment in self.restarted if now - moment < RESTART_WINDOW] + [now]
        if len(self.restarted) > RESTARTS:
            raise TrialError(
                f"{title} slutar gång på gång, så allt stoppas: se felen ovanför och {self.place.var / 'log'}."
            )
        self.steps.warn(f"{title} slutade oväntat och startas igen.")


def page_status(port: int) -> int | None:
    """The status of the front page; None while nobody answers."""
    link = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        link.request("GET", "/")
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def stop_on_signals() -> None:
    """Has the signals that end a program end this one in order, also where a script started it without Ctrl-C."""

    def stop(number: int, frame: object) -> None:
        for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(again, signal.SIG_IGN)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, stop)


def open_standard_streams() -> None:
    """A service manager may start us with closed streams, whose numbers other files would then get."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
