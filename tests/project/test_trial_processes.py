"""Real processes, ended for real."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.project.trial_tools import descendants, left_of, processes, program
from vp_portal.trial import guard
from vp_portal.trial.processes import Children

# A parent with a child that has a child of its own; neither listens to SIGTERM.
STUBBORN = "trap '' TERM; (trap '' TERM; sleep 300) & sleep 300"
PARENT = f"""
import sys, time
from vp_portal.trial import processes
from vp_portal.trial.processes import Children
if "no-kernel-help" in sys.argv:
    processes._dying_with_parent = lambda number: None
with Children() as children:
    children.start(["/bin/sh", "-c", {STUBBORN!r}], patience=1)
    time.sleep(0.3)
    print("started", flush=True)
    time.sleep(300)
"""


@pytest.mark.parametrize("help_from", ["kernel", "no-kernel-help"])
def test_killed_parent_leaves_no_process(help_from):
    with program(sys.executable, PARENT, help_from) as parent:
        assert parent.stdout.readline() == "started\n"
        family = descendants(parent.pid)
        assert len(family) >= 3  # The guard, the shell and its sleep.

        parent.kill()

        assert left_of(family) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_without_the_guard_the_kernel_ends_the_child():
    script = PARENT.replace(STUBBORN, "exec sleep 300")
    with program(sys.executable, script) as parent:
        assert parent.stdout.readline() == "started\n"
        family = descendants(parent.pid)
        guards = [pid for pid in family if "guard.py" in processes()[pid][1]]

        os.kill(guards[0], signal.SIGKILL)
        parent.kill()

        assert left_of(family) == {}


def test_stopped_child_takes_its_stubborn_children_along():
    with Children() as children:
        child = children.start(["/bin/sh", "-c", STUBBORN], patience=0.5)
        time.sleep(0.2)
        family = descendants(child.pid) | {child.pid}

        children.stop(child)

        assert left_of(family) == {}


def test_everything_is_stopped_at_the_end_and_the_guard_too():
    before = descendants(os.getpid())
    with Children() as children:
        children.start(["sleep", "300"])
        family = descendants(os.getpid()) - before
        assert len(family) == 2

    assert left_of(family) == {}


def test_guard_removes_the_folders_and_forgets_what_has_ended(tmp_path):
    folder = tmp_path / "en mapp på hyllan"
    folder.mkdir()
    bystander = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        guard.follow([f"watch {bystander.pid} 15 1\n", f"forget {bystander.pid}\n", f"folder {folder}\n"])

        assert bystander.poll() is None
        assert not folder.exists()
    finally:
        bystander.kill()
        bystander.wait()


def test_dead_guard_does_not_disturb_the_parent():
    with Children() as children:
        children._guard.kill()
        children._guard.wait()
        child = children.start(["true"])
        child.wait()
        children.forget(child)
