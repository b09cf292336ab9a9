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
    return own | {"ALLOWED_HOSTS": "vp.example.org", "SECRET_KEY": secrets.token_urlsafe(50)} | changes


def test_the_deployment_checks_find_nothing_and_nothing_is_silenced():
    check = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    run = subprocess.run(
        [sys.executable, *check], cwd=ROOT, env=production(), capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "no issues (0 silenced)" in run.stdout
    assert settings.SILENCED_SYSTEM_CHECKS == []
