"""When the demo refuses to be loaded."""

import datetime as dt
import secrets

import pytest
from django.core.management import CommandError, call_command

from goals.models import CheckIn, ExpectedResult
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


@pytest.mark.parametrize("today", [dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 2, 28)])
def test_the_plan_makes_sense_on_any_day(settings, monkeypatch, today):
    settings.TRIAL = True
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    monkeypatch.setattr("vp_portal.overview.demo.booking.book", lambda *args, **kwargs: None)
    call_command("seed_demo", today=today)
    for result in ExpectedResult.objects.all():
        result.full_clean()
    assert CheckIn.objects.made_by_end_of(today).count() == CheckIn.objects.count() > 60


def test_the_clock_is_asked_when_no_day_is_given(settings, monkeypatch, today):
    settings.TRIAL = True
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    seen = []
    monkeypatch.setattr(
        "vp_portal.overview.demo.booking.book", lambda calendar, *args, **kwargs: seen.append(calendar.today)
    )
    call_command("seed_demo")
    assert seen == [today]


def test_a_failure_leaves_nothing_behind(settings, monkeypatch):
    settings.TRIAL = True
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))

    def fail(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr("vp_portal.overview.demo.booking.book", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        call_command("seed_demo")
    assert not OrgUnit.objects.exists()
