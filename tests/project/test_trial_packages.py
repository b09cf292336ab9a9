import importlib.util
from pathlib import Path

import pytest

from vp_portal.trial import packages
from vp_portal.trial.packages import ADD, MAKE, READY, RUN, TEST
from vp_portal.trial.place import Place
from vp_portal.trial.processes import Children
from vp_portal.trial.steps import Steps, TrialError


@pytest.fixture
def place(tmp_path):
    """A project with two lock files and an environment that holds the first of them."""
    place = Place(tmp_path / "var", tmp_path)
    for name in (RUN, TEST):
        (tmp_path / name).write_text(f"{name}-package==1.0\n")
    place.python.parent.mkdir(parents=True)
    place.python.touch()
    one = installed(place, RUN)
    lines = [f"python {packages.python_version()}", f"{RUN} {one._digest(RUN)}"]
    one.stamp.write_text("\n".join(lines) + "\n")
    return place


def installed(place, *names):
    return packages.Packages(place, None, Steps(silent=True), names)


def test_environment_that_matches_the_lock_is_ready(place):
    assert installed(place, RUN).state() == READY


def test_environment_without_the_tests_packages_gets_them_added(place):
    assert installed(place, RUN, TEST).state() == ADD


def test_changed_lock_makes_the_environment_anew(place):
    (place.project / RUN).write_text("other==2.0\n")

    assert installed(place, RUN).state() == MAKE


def test_environment_of_another_python_is_made_anew(place):
    stamp = installed(place, RUN).stamp
    stamp.write_text(stamp.read_text().replace(packages.python_version(), "3.0"))

    assert installed(place, RUN).state() == MAKE


def test_environment_whose_python_is_gone_is_made_anew(place):
    place.python.unlink()

    assert installed(place, RUN).state() == MAKE


def test_half_made_environment_is_made_anew(place):
    installed(place, RUN).stamp.unlink()

    assert installed(place, RUN).state() == MAKE


def test_failed_installation_leaves_no_stamp(place):
    place.python.write_text("#!/bin/sh\necho NewConnectionError\nexit 1\n")
    place.python.chmod(0o755)
    with Children() as children:
        one = packages.Packages(place, children, Steps(silent=True), (RUN, TEST))

        with pytest.raises(TrialError, match="kontrollera nätverket"):
            one.finish()

    assert not one.stamp.exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not find a version\nERROR: No matching distribution found for django", "kontrollera nätverket"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "kontrollsumma"),
        ("OSError: [Errno 28] No space left on device", "Disken är full"),
        ("something new", "Paketen kunde inte installeras"),
    ],
)
def test_explain_says_what_to_do(output, sentence, tmp_path):
    assert sentence in packages.explain(output, tmp_path / "pip.txt")


def test_missing_venv_module_gets_a_sentence(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))

    with pytest.raises(TrialError, match=r"apt install python3\.\d+-venv"):
        packages.require_modules()


def test_progress_counts_each_package_once():
    seen: list[str] = []

    packages._progress("Collecting django==5.2 (from -r requirements.txt)", seen, 9)
    text = packages._progress("Collecting django==5.2 (from -r requirements.txt)", seen, 9)

    assert text == "hämtar 1 av högst 9: django"


def test_the_locks_name_no_host():
    for name in (RUN, TEST):
        text = (Path(packages.__file__).parents[2] / name).read_text()
        assert "://" not in text
