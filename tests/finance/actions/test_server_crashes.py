"""The database server killed while a file is booked, and a disk that is full: nothing or all, and nothing to mend.

On a private server, as `run.py` starts it. `CRASHES=50 pytest …` tries more moments than the suite does.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import ROOT
from tests.finance.ledger_files import HEADER
from tests.project.trial_tools import reachable_place
from vp_portal.trial import leftovers
from vp_portal.trial.environment import account_for, start_server, take_ownership, variables
from vp_portal.trial.place import Place
from vp_portal.trial.postgres import choice, choose
from vp_portal.trial.processes import Children
from vp_portal.trial.server import Server, as_application
from vp_portal.trial.steps import Steps

COUNT = 60_000
CRASHES = int(os.environ.get("CRASHES", "3"))
MOMENTS = random.Random(4711)
#: The small disk holds the codes of a file, and not its rows.
SMALL = "12m"

UPLOAD = """
import sys, datetime as dt
from pathlib import Path
from django.utils import timezone
from finance.actions import upload_files, uploads
from finance.actions.upload_choices import Choices, Decisions
from finance.models import ImportSource
from tests.factories.core import UserFactory
from tests.finance.uploaded import stored
from vp_portal.core.access import Role
user = UserFactory(role=Role.CONTROLLER)
source = ImportSource.objects.get(is_default=True)
now = timezone.now()
(upload,) = uploads.receive([stored(Path(sys.argv[1]).read_bytes(), "stor.csv")], by=user, at=now)
uploads.choose(upload, Choices(source=source.pk), at=now)
uploads._step(upload, ["received"], "previewing")
uploads.preview(upload, at=now)
assert uploads.confirm(upload, Decisions(create_codes=True), by=user, at=now), upload.result
print(upload.pk)
"""
SOURCE = "from tests.finance.ledger_files import default_source; default_source()"
SETUP = "import django; django.setup()\n"


@dataclass
class Portal:
    """A portal on a database server of its own."""

    place: Place
    server: Server
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **variables(self.place, as_application(self.server.url), self.server.url)}

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-W", "ignore", *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.started.append(subprocess.Popen(command, cwd=ROOT, env=self.environment, **pipes))
        return self.started[-1]

    def run(self, *arguments: object) -> str:
        process = self.start(*arguments)
        out, errors = process.communicate()
        assert process.returncode == 0, errors
        return out

    def book(self, path: Path) -> "subprocess.Popen[str]":
        return self.start("manage.py", "import_postings", path, "--create-codes", "--json")

    def kill_server(self) -> None:
        """As the machine's power would: the server's processes find that their parent is gone, and end."""
        os.kill(int((self.server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        assert self.server.process
        self.server.process.wait()
        self.server.children.forget(self.server.process)

    def ask(self, query: str, *, role: str = "vp_portal") -> Any:
        with psycopg.connect(self.server.url.replace("//vp_portal@", f"//{role}@"), autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchone()[0] if cursor.description else None

    def stored(self) -> tuple[int, ...]:
        tables = ("posting", "importbatch", "ledgercell", "codestring", "costrollup", "allocationline", "account")
        parts = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'finance_posting'::regclass"
        return (*(self.ask(f"SELECT count(*) FROM finance_{table}") for table in tables), self.ask(parts))

    def ownerless(self) -> list[str]:
        """Files of the database that no table owns: what a broken-off booking has left on the server's disk."""
        folder = self.server.data / "base" / str(self.ask("SELECT oid FROM pg_database WHERE datname = 'vp_portal'"))
        query = "SELECT array_agg(pg_relation_filenode(oid)) FROM pg_class"
        return [path.name for path in leftovers.orphans(folder, set(self.ask(query)))]

    def names(self) -> set[str]:
        """What lies among the original files."""
        folder = self.place.var / "files" / "ledger"
        return {f"ledger/{path.name}" for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with reachable_place() as place, Children() as children, take_ownership(place) as lock:
        account = account_for(place)
        programs = choose(account, place.environment, choice(os.environ))
        server = start_server(place, programs, children, Steps(silent=True), lock)
        made = Portal(place, server)
        made.run("manage.py", "migrate", "-v0")
        made.run("-c", SETUP + SOURCE)
        made.run("-c", SETUP + "from tests import header_names; header_names.fill()")
        yield made
        for process in made.started:
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()
        server.stop()


@pytest.fixture
def ledger(portal: Portal, tmp_path: Path) -> Iterator[Path]:
    """A file that takes a moment to book; it is taken back when the test is over."""
    rows = (f"2024{n % 12 + 1:02};{5000 + n % 90};;{1100 + n % 40};P{n % 30};{n};;Rad;{n},25" for n in range(COUNT))
    path = tmp_path / "stor.csv"
    path.write_text("\r\n".join([HEADER, *rows, ""]), encoding="utf-8")
    yield path
    for number in range(portal.ask("SELECT count(*) FROM finance_importbatch WHERE ended_at IS NULL")):
        portal.run("manage.py", "undo_import", portal.ask("SELECT max(id) FROM finance_importbatch") - number)


def is_booked(portal: Portal, before: tuple[int, ...]) -> bool:
    """Whether all was booked; else nothing was."""
    now = portal.stored()
    if now == before:
        return False
    assert (now[0], now[1], now[-1]) == (before[0] + COUNT, before[1] + 1, before[-1] + 1)
    return True


def test_a_killed_server_leaves_nothing_or_all_and_the_file_can_be_booked_afterwards(portal, ledger):
    before = portal.stored()
    for _crash in range(CRASHES):
        process = portal.book(ledger)
        time.sleep(MOMENTS.uniform(1.0, 4.0))
        portal.kill_server()
        process.communicate()
        assert process.returncode in (0, 1)
        portal.server.start()
        assert portal.ownerless() == []
        if is_booked(portal, before):
            break
    if portal.stored() == before:
        process = portal.book(ledger)
        assert json.loads(process.communicate()[0])["status"] == "booked"
    assert is_booked(portal, before)
    assert portal.names() == {portal.ask("SELECT max(stored_file) FROM finance_importbatch WHERE ended_at IS NULL")}


def test_a_job_that_lost_its_server_is_run_again_and_books_once(portal, ledger):
    before = portal.stored()
    upload = int(portal.run("-c", SETUP + UPLOAD, ledger))
    state = f"SELECT state FROM finance_upload WHERE id = {upload}"
    worker = portal.start("manage.py", "procrastinate", "worker")
    folder = portal.place.var / "files" / "uploads"
    deadline = time.monotonic() + 60
    while not list(folder.glob("*.progress")):
        assert time.monotonic() < deadline, "the worker does not begin"
        time.sleep(0.01)
    time.sleep(MOMENTS.uniform(0, 0.5))
    portal.kill_server()
    time.sleep(1)
    portal.server.start()
    while portal.ask(state) == "booking" and time.monotonic() < deadline + 100:
        if worker.poll() is not None:  # Whoever runs the portal starts it again.
            worker = portal.start("manage.py", "procrastinate", "worker")
        time.sleep(0.5)
    assert portal.ask(state) == "booked", portal.ask(f"SELECT result FROM finance_upload WHERE id = {upload}")
    assert is_booked(portal, before)
    assert list(folder.iterdir()) == []


@contextmanager
def small_disk(portal: Portal) -> Iterator[None]:
    """New tables, temporary ones too, lie on a file system that holds next to nothing."""
    folder = portal.place.var / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small file system can't be mounted here: {mounted.stderr.strip()}")
    try:
        account = portal.server.account
        if account:
            os.chown(folder, account.uid, account.gid)
        portal.ask(f"CREATE TABLESPACE small LOCATION '{folder}'", role="postgres")
        portal.ask("GRANT CREATE ON TABLESPACE small TO PUBLIC", role="postgres")
        for setting in ("default_tablespace", "temp_tablespaces"):
            portal.ask(f"ALTER DATABASE vp_portal SET {setting} = 'small'", role="postgres")
        yield
        for setting in ("default_tablespace", "temp_tablespaces"):
            portal.ask(f"ALTER DATABASE vp_portal RESET {setting}", role="postgres")
        portal.ask("DROP TABLESPACE small", role="postgres")
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_leaves_nothing(portal, ledger):
    before, names = portal.stored(), portal.names()
    with small_disk(portal):
        process = portal.book(ledger)
        report = json.loads(process.communicate()[0])
        assert (process.returncode, report["status"]) == (2, "refused")
        assert "disk är full" in report["errors"][0]["reason"]
        assert portal.stored() == before
    assert portal.names() == names
    process = portal.book(ledger)
    assert json.loads(process.communicate()[0])["status"] == "booked"
