"""When the demo refuses to be loaded."""

import secrets

import pytest
from django.core.management import CommandError, call_command

from services.models import OrgUnit

pytestmark = pytest.mark.django_db


def test_the_demo_is_refused_outside_debug_and_trial(settings, monkeypatch):
    settings.DEBUG = settings.TRIAL = False
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    with pytest.raises(CommandError, match="VP_TRIAL"):
        call_command("seed_demo")
    assert not OrgUnit.objects.exists()


def test_the_demo_needs_a_password_from_the_environment(settings, monkeypatch):
    settings.TRIAL = True
    monkeypatch.delenv("VP_DEMO_PASSWORD", raising=False)
    for command in ("seed_demo", "demo_logins"):
        with pytest.raises(CommandError, match="VP_DEMO_PASSWORD"):
            call_command(command)


def test_too_few_postings_are_refused(settings, monkeypatch):
    settings.TRIAL = True
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    with pytest.raises(CommandError, match="Minst 300"):
        call_command("seed_demo", postings=10)


def test_logins_without_the_demo_say_so(monkeypatch):
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("demo_logins")
