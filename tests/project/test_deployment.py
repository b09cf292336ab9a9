"""Production settings, as a process of its own reads them from the environment."""

import os
import secrets
import subprocess
import sys

from django.conf import settings

from tests.conftest import ROOT


def production(**changes: str) -> dict[str, str]:
    """The environment of a server in production."""
    own = {name: value for name, value in os.environ.items() if name not in ("VP_TRIAL", "VP_DEMO_PASSWORD", "DEBUG")}
    roles = {"DATABASE_URL": "postgres://vp@localhost/vp", "DATABASE_OWNER_URL": "postgres://vp_owner@localhost/vp"}
    made = {"ALLOWED_HOSTS": "vp.example.org", "SECRET_KEY": secrets.token_urlsafe(50)}
    return {name: value for name, value in (own | roles | made | changes).items() if value}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = production(**changes)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_the_deployment_checks_find_nothing_and_nothing_is_silenced():
    run = check()
    assert run.returncode == 0, run.stderr
    assert "no issues (0 silenced)" in run.stdout
    assert settings.SILENCED_SYSTEM_CHECKS == []


def test_a_portal_that_owns_its_history_is_warned_of():
    run = check(DATABASE_OWNER_URL="")
    assert run.returncode != 0
    assert "DATABASE_OWNER_URL" in run.stderr
