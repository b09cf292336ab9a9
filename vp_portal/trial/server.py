"""A private PostgreSQL server: made, started, asked whether it is ready, and stopped.

No TCP, one Unix socket in a short folder that only the server's user (and root) can enter. The server
lets in the user who started it, and root, by asking the kernel who is calling (`peer`): no password anywhere.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from vp_portal.trial import leftovers, probe
from vp_portal.trial.accounts import Account, can_enter, current_name, give
from vp_portal.trial.postgres import Programs, reachable
from vp_portal.trial.processes import Children
from vp_portal.trial.steps import TrialError

SUPERUSER, ROLE, DATABASE = "postgres", "vp_portal", "vp_portal"
APPLICATION_ROLE = "vp_portal_app"
SOCKET = ".s.PGSQL.5432"
SOCKET_PREFIX = "vp-"
SOCKET_PARENTS = ("/tmp", "/var/tmp")
START_TIMEOUT = 300.0  # seconds; recovery after a crash may take its time
STOP_PATIENCE = 60.0
LEFTOVER_PATIENCE = 30.0  # seconds for the processes of a crashed server to end
LEFTOVER_SIGNS = ('lock file "postmaster.pid" already exists', "pre-existing shared memory block")
SHARED_MEMORY = Path("/dev/shm")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "max_locks_per_transaction": "256",  # A query may touch many partitions.
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "wal_buffers": "64MB",  # With 8 MB, a run of all rules found them full ten thousand times.
    "max_wal_size": "2GB",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
}
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# The roles are ordinary ones, as in production; CREATEDB is for the tests. The owner can do what the portal's can.
FIRST_SQL = f"""\
CREATE EXTENSION btree_gist;
CREATE ROLE {ROLE} LOGIN CREATEDB;
CREATE DATABASE {DATABASE} OWNER {ROLE};
"""
ROLES_SQL = f"""\
CREATE ROLE {APPLICATION_ROLE} LOGIN;
GRANT {APPLICATION_ROLE} TO {ROLE};
"""
ROLES_MADE = "vp-roles"  # In the data folder: those made before the portal had a role of its own lack it.


@dataclass
class Server:
    programs: Programs
    root: Path  # The folder of the data, which `account` can reach.
    account: Account | None  # Who runs it; None is the current user.
    children: Children
    log: Path
    fast: bool = False  # For data that nobody will miss.
    process: subprocess.Popen[bytes] | None = None
    lock: IO[str] | None = None
    socket_folder: Path | None = None

    @property
    def data(self) -> Path:
        return self.root / f"pg{self.programs.major}"

    @property
    def url(self) -> str:
        return url_of(self.socket_folder) if self.socket_folder else ""

    def prepare(self) -> None:
        """Makes the data folder unless it is there. A half-made one never gets its name."""
        self.programs = reachable(self.programs, self.root, self.account)
        if self.data.exists():
            owner = self.data.stat().st_uid
            if owner != (self.account.uid if self.account else os.geteuid()):
                raise TrialError(
                    f"Databasen i {self.data} tillhör en annan användare (nummer {owner}): "
                    "kör som den användaren, eller använd en egen kopia av projektet."
                )
            self._make_roles(self.data)
            return
        unfinished = self.data.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        give(unfinished, self.account)
        self._initialise(unfinished)
        self._make_roles(unfinished)
        unfinished.rename(self.data)

    def start(self, lock: IO[str] | None = None) -> None:
        """Starts the server, again after a crash, and waits until it takes connections.

        Its processes hold `lock` while they live. Those of a crashed server may take a moment to end.
        """
        self.lock = lock or self.lock
        self._write_access_rules()
        if self.socket_folder is None:
            self.socket_folder = _short_folder(self.account)
            self.children.remove_at_end(self.socket_folder)
        deadline = time.monotonic() + LEFTOVER_PATIENCE
        pid_file = self.data / "postmaster.pid"
        killed = pid_file.exists()
        while True:
            _remove_stale_pid(pid_file)
            killed = killed and leftovers.remove(self.data, self._ask_alone) is None
            self._launch(self.socket_folder)
            if self._becomes_ready(self.socket_folder):
                return
            words = tail(self.log)
            if time.monotonic() > deadline or not any(sign in words for sign in LEFTOVER_SIGNS):
                raise TrialError(f"Databasen startade inte; {self.log} säger varför:\n{words}")
            time.sleep(0.3)

    def _launch(self, socket_folder: Path) -> None:
        settings = SETTINGS | _shared_memory() | (UNSAFE_BUT_FAST if self.fast else {})
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab" if self.process else "wb") as log:
            self.process = self.children.start(
                [self.programs.folder / "postgres", "-D", self.data, "-k", socket_folder, *options],
                account=self.account,
                stop_signal=signal.SIGINT,  # Fast: breaks connections, leaves nothing to recover.
                patience=STOP_PATIENCE,
                stdout=log,
                stderr=log,
                cwd=self.root,
                env=_environment(),
                pass_fds=(self.lock.fileno(),) if self.lock else (),
            )

    def _becomes_ready(self, socket_folder: Path) -> bool:
        """Waits until it takes connections; False if it ends instead."""
        assert self.process
        deadline = time.monotonic() + START_TIMEOUT
        while self.process.poll() is None:
            if is_ready(socket_folder):
                return True
            if time.monotonic() > deadline:
                raise TrialError(f"Databasen har inte blivit klar på {START_TIMEOUT:.0f} sekunder: se {self.log}.")
            time.sleep(0.05)
        self.children.forget(self.process)
        return False

    def stop(self) -> None:
        if self.process:
            self.children.stop(self.process)
            self.process = None
        if self.socket_folder:
            shutil.rmtree(self.socket_folder, ignore_errors=True)
            self.socket_folder = None

    def _initialise(self, folder: Path) -> None:
        common: list[str | Path] = ["--pgdata", folder, "--username", SUPERUSER, "--encoding", "UTF8", "--auth", "peer"]
        common += ["--no-sync", "--no-instructions"]
        # Plain C does not lower Å. Where the C library lacks C.UTF-8, PostgreSQL 17 has one of its own.
        done = self._run("initdb", *common, "--locale", "C.UTF-8")
        if done.returncode and self.programs.major >= 17:
            builtin = ("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C")
            done = self._run("initdb", *common, *builtin)
        if done.returncode:
            raise TrialError(f"Databasen kunde inte skapas i {self.root}:\n{_last_lines(done.stdout)}")
        done = self._alone(folder, FIRST_SQL)
        if done.returncode:
            raise TrialError(
                f"{self.programs.name} kunde inte förbereda databasen (den behöver tillägget btree_gist, ofta i "
                f"paketet postgresql-contrib); VP_POSTGRES=wheel kör utan den:\n{_last_lines(done.stdout)}"
            )

    def _make_roles(self, folder: Path) -> None:
        """The role that the portal runs as, once. The mark is the server's user's, as all in the folder."""
        mark = folder / ROLES_MADE
        if mark.exists():
            return
        done = self._alone(folder, ROLES_SQL)
        if done.returncode and "already exists" not in done.stdout:
            raise TrialError(f"Portalens roll kunde inte skapas i databasen:\n{_last_lines(done.stdout)}")
        mark.touch()
        give(mark, self.account)

    def _ask_alone(self, sql: str, database: str) -> subprocess.CompletedProcess[str]:
        return self._alone(self.data, sql, database)

    def _alone(self, folder: Path, sql: str, database: str = "template1") -> subprocess.CompletedProcess[str]:
        """Runs statements, one a line, in a server that nobody else can reach."""
        return self._run("postgres", "--single", "-D", folder, "-c", "exit_on_error=true", database, sql=sql)

    def _run(self, program: str, *arguments: str | Path, sql: str = "") -> subprocess.CompletedProcess[str]:
        child = self.children.start(
            [self.programs.folder / program, *arguments],
            account=self.account,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.root,
            env=_environment(),
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        output, _ = child.communicate(sql)
        self.children.forget(child)
        return subprocess.CompletedProcess(child.args, child.returncode, output)

    def _write_access_rules(self) -> None:
        """Lets in whoever runs this, and root, as the portal's role or the superuser."""
        names = dict.fromkeys((current_name(), "root"))
        lines = [f'vp "{name}" {role}\n' for name in names for role in (APPLICATION_ROLE, ROLE, SUPERUSER)]
        (self.data / "pg_ident.conf").write_text("".join(lines))
        (self.data / "pg_hba.conf").write_text("local all all peer map=vp\n")


def url_of(socket_folder: Path) -> str:
    return f"postgres://{ROLE}@{quote(str(socket_folder), safe='')}/{DATABASE}"


def as_application(url: str) -> str:
    """The same address for the portal's own role."""
    return url.replace(f"//{ROLE}@", f"//{APPLICATION_ROLE}@", 1)


def is_ready(socket_folder: Path) -> bool:
    try:
        return probe.ask(socket_folder / SOCKET, ROLE, DATABASE) == probe.READY
    except probe.RefusedError as refused:
        raise TrialError(
            f"Databasen släpper inte in användaren {current_name()} ({refused}): "
            "kör som den användare som startade den, eller ange DATABASE_URL."
        ) from refused


def tail(path: Path) -> str:
    return _last_lines(path.read_text(errors="replace")) if path.exists() else ""


def _last_lines(text: str, count: int = 12) -> str:
    return "\n".join("  " + line for line in text.splitlines()[-count:])


def _short_folder(account: Account | None) -> Path:
    """A folder whose sockets fit in the 104 bytes that macOS allows, for the server's user alone."""
    for parent in SOCKET_PARENTS:
        if os.access(parent, os.W_OK | os.X_OK) and can_enter(account, Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
            give(folder, account)
            return folder
    raise TrialError("Varken /tmp eller /var/tmp går att skriva i, och databasens socket behöver en kort sökväg dit.")


def _remove_stale_pid(path: Path) -> None:
    """Removes the pid file of a server that is gone, where its number now is another program's or a dead one's.

    PostgreSQL itself takes care of numbers that nobody has. A dead process keeps its number until it is
    collected, which in a container may be never.
    """
    try:
        pid = path.read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return
    answer = subprocess.run(["ps", "-p", pid, "-o", "stat=,comm="], check=False, capture_output=True, text=True)
    state, _, program = answer.stdout.strip().partition(" ")
    if answer.returncode == 0 and (state.startswith("Z") or "postgres" not in program):
        path.unlink()


def _shared_memory() -> dict[str, str]:
    """Keeps parallel queries out of a /dev/shm that is too small for them, as in most containers."""
    if not SHARED_MEMORY.is_dir():
        return {}
    room = os.statvfs(SHARED_MEMORY)
    small = room.f_bavail * room.f_frsize < 512 * 1024 * 1024
    return {"dynamic_shared_memory_type": "mmap"} if small else {}


def _environment() -> dict[str, str]:
    """A server is told everything by options: PGDATA, PGPORT and their like must not reach it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
