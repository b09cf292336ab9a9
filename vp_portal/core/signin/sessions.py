"""Sessions: when they end by themselves, which ones a person has, and how the others are ended."""

import datetime as dt
import time
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from vp_portal.core.addresses import client_address
from vp_portal.core.models import SignInSession, User

STARTED = "signed_in_at"
SEEN = "seen_at"
#: How often a session's "last seen" is written, in seconds: a page is otherwise read without a write.
PRECISION = 60
LONGEST_DEVICE = 200


def begin(request: HttpRequest, user: User) -> None:
    """Notes a new sign-in in the session and among the user's own. Django has given it a new id."""
    session = request.session
    session[STARTED] = session[SEEN] = int(time.time())
    if not (session.session_key and Session.objects.filter(pk=session.session_key).exists()):
        session.create()
    now = _moment(session[STARTED])
    _note(request, user, now, now)


def has_ended(session: Any) -> bool:
    """Whether it has been idle, or has lasted, for too long. A session that doesn't know its age has."""
    now = time.time()
    started, seen = session.get(STARTED), session.get(SEEN)
    if not (isinstance(started, int) and isinstance(seen, int)):
        return True
    return now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE


def touch(request: HttpRequest) -> None:
    """Notes that the session is in use, at most once a minute. Its absolute end stays where it is."""
    session = request.session
    now = int(time.time())
    if now - session[SEEN] < PRECISION:
        return
    session[SEEN] = now
    SignInSession.objects.filter(session_id=session.session_key).update(seen=_moment(now), **_client(request))


def of_user(user: User) -> QuerySet[SignInSession]:
    return SignInSession.objects.filter(user=user)


def end(sessions: QuerySet[SignInSession]) -> int:
    """Ends sessions at once; how many. What they describe goes with them."""
    keys = list(sessions.values_list("session_id", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def end_others(request: HttpRequest, user: User) -> int:
    return end(of_user(user).exclude(session_id=request.session.session_key))


def moved(request: HttpRequest, user: User) -> None:
    """Notes that the current session got a new id, as it does when the password is changed."""
    now = int(time.time())
    started = request.session.get(STARTED, now)
    _note(request, user, _moment(started), _moment(now))


def _note(request: HttpRequest, user: User, started: dt.datetime, seen: dt.datetime) -> None:
    SignInSession.objects.update_or_create(
        session_id=request.session.session_key or "",
        defaults={"user": user, "started": started, "seen": seen, **_client(request)},
    )


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _client(request: HttpRequest) -> dict[str, Any]:
    return {
        "address": client_address(request) or None,
        "device": request.META.get("HTTP_USER_AGENT", "")[:LONGEST_DEVICE].replace("\0", ""),
    }
