import runpy
import socket
import subprocess
import sys
from contextlib import closing

import pytest

from vp_portal.trial import cli, portal
from vp_portal.trial.checks import commands, summarise
from vp_portal.trial.place import PROJECT, Place
from vp_portal.trial.steps import Steps, TrialError


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, str(PROJECT / "run.py"), *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


def test_help_is_in_swedish():
    done = run("--help")

    assert done.returncode == 0
    assert "python3 run.py test" in done.stdout
    assert "Ctrl-C stoppar allt" in done.stdout


@pytest.mark.parametrize("arguments", [["--foo"], ["--port", "x"], ["--port"], ["tset"]])
def test_argument_that_makes_no_sense_gets_one_sentence(arguments):
    done = run(*arguments)

    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "--help" in done.stderr


def test_too_old_python_gets_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(PROJECT / "run.py"), run_name="__main__")

    assert ended.value.code == 1
    assert "version 3.9, men VP-portalen fordrar 3.11" in capsys.readouterr().err


def test_start_file_is_ascii_so_that_python_2_can_read_it():
    (PROJECT / "run.py").read_bytes().decode("ascii")


def test_run_without_a_third_party_package():
    """The trial's modules import nothing but the standard library: -S leaves the installed packages out."""
    modules = sorted(path.stem for path in (PROJECT / "vp_portal" / "trial").glob("*.py"))
    imports = "; ".join(f"import vp_portal.trial.{name}" for name in modules if name != "__init__")

    done = subprocess.run(
        [sys.executable, "-S", "-c", imports], cwd=PROJECT, check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


def test_port_in_use_gets_a_sentence_with_another_port():
    with closing(socket.socket()) as taken:
        taken.bind((portal.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(TrialError, match=f"--port {port + 1}"):
            portal.reserve(port)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_port_that_is_none_gets_a_sentence(port):
    with pytest.raises(TrialError, match="från 1 till 65535"):
        portal.reserve(port)


def test_second_trial_in_the_folder_gets_a_sentence(tmp_path):
    place = Place(tmp_path / "var")
    with portal.only_one(place), pytest.raises(TrialError, match="redan igång"):
        portal.only_one(place)


def test_reset_of_a_database_that_is_not_ours_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")

    with pytest.raises(TrialError, match="ta bort DATABASE_URL"):
        portal.serve(Place(tmp_path / "var"), Steps(silent=True), 1, reset=True)


def test_file_of_another_user_gets_a_sentence(monkeypatch, capsys):
    def refuse(arguments):
        raise PermissionError(13, "Permission denied", "/srv/var/run.lock")

    monkeypatch.setattr(cli, "_run", refuse)
    monkeypatch.setattr(portal, "stop_on_signals", lambda: None)

    assert cli.main([]) == 1
    assert "/srv/var/run.lock får inte användas av den här användaren" in capsys.readouterr().err


def test_every_check_runs_and_pytest_comes_last(tmp_path):
    titles = [title for title, _ in commands(Place(tmp_path / "var"), ["-k", "x"])]

    assert [title.split()[0] for title in titles] == [
        *("ruff", "ruff", "djade", "mypy", "lint-imports", "manage.py", "manage.py", "pytest")
    ]


def test_one_failed_check_fails_them_all(capsys):
    assert summarise([("a", 0, 1.0), ("b", 0, 1.0)], Steps()) == 0
    assert summarise([("a", 2, 1.0), ("b", 0, 1.0)], Steps()) == 1
    assert "Underkända: a" in capsys.readouterr().out


def test_progress_is_quiet_where_lines_cannot_be_written_over(capsys):
    steps = Steps()
    with steps.step("Gör något"):
        steps.progress("en bit på väg")

    assert capsys.readouterr().out == "– Gör något …\n"
