"""The calendar of check-ins, how one is reminded of them, and the feed for one's own calendar."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from goals.actions import reminders as actions
from goals.forms import ReminderForm
from goals.models import Plan, ReminderSettings
from goals.reports.calendar import BADGE, calendars
from goals.reports.feed import feed as written
from goals.reports.gaps import plan_gaps
from goals.reports.tree import plan_tree
from goals.views.tree import tabs
from services.access import person_of
from services.models import Person
from vp_portal.core import access, audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Of each result, which check-ins were made, in time or late, and which are to be made by when."""
    today = access.today()
    current = Plan.objects.current(today)
    if current is None:
        return render(request, "goals/no_plan.html")
    context = {
        "plan": current,
        "tabs": tabs(plan_gaps(plan_tree(current, today)), "calendar"),
        "calendars": calendars(current, today),
        "badges": list(BADGE.values()),
        "today": today,
    }
    return render(request, "goals/calendar.html", context)


@require_GET
def reminders(request: HttpRequest) -> HttpResponse:
    """How one wants to be reminded, and one's calendar feed."""
    return render(request, "goals/reminders.html", _context(request))


@require_POST
@access.writes_with_a_right
def choose(request: HttpRequest) -> HttpResponse:
    """Saves how one wants to be reminded."""
    form = ReminderForm(request.POST)
    if not form.is_valid():
        return render(request, "goals/reminders.html", _context(request) | {"form": form}, status=422)
    actions.choose(_user(request), form.cleaned_data["mail"])
    messages.success(request, _("Ditt val är sparat."))
    return redirect("goals:reminders")


@require_POST
@access.writes_with_a_right
def make_feed(request: HttpRequest) -> HttpResponse:
    """Makes a secret address. It is shown in this answer and never again: only a digest of it is kept."""
    token = actions.make_feed(_user(request), at=timezone.now())
    audit.record(AuditEvent.ACCOUNT_CHANGED, request=request, target=_user(request), calendar="made")
    address = f"{settings.PORTAL_URL}{reverse('goals:feed', args=[token])}"
    return render(request, "goals/reminders.html", _context(request) | {"address": address})


@require_POST
@access.writes_with_a_right
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """The secret address stops working at once."""
    actions.revoke_feed(_user(request))
    audit.record(AuditEvent.ACCOUNT_CHANGED, request=request, target=_user(request), calendar="revoked")
    messages.success(request, _("Adressen fungerar inte längre."))
    return redirect("goals:reminders")


@login_not_required
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines of who made the address. Calendars can't sign in: the address itself is the key."""
    found = ReminderSettings.objects.select_related("user").filter(feed_digest=actions.digest(token)).first()
    if found is None or not found.user.is_active:
        raise Http404
    today = access.today()
    plan, person = Plan.objects.current(today), Person.objects.filter(user=found.user).first()
    if plan is None or person is None:
        raise Http404
    text = written(plan, person, today, timezone.now(), settings.PORTAL_URL)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def _context(request: HttpRequest) -> dict[str, Any]:
    found = ReminderSettings.objects.filter(user=_user(request)).first()
    return {
        "form": ReminderForm(initial={"mail": found.mail} if found else None),
        "feed_since": found.feed_since if found else None,
        "person": person_of(request.user),
    }


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the page asks for a sign-in
    return request.user
