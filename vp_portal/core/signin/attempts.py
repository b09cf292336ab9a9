"""Limits on guessing, kept in the database: the same for all processes.

An account is closed to an address that guesses, never to everyone, and not to browsers that it has signed in with:
nobody can lock another out. An attempt is stored
before it is counted, so that many at once are counted as many.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from vp_portal.core.models import SignInAttempt
from vp_portal.core.signin import known_browsers
from vp_portal.core.signin.address import network

SALT = "vp_portal.core.signin.attempts"


@dataclass(frozen=True)
class Limit:
    key: str
    most: int


class TooManyError(Exception):
    """No more attempts for now."""


def password_limits(request: HttpRequest, username: str) -> list[Limit]:
    """Those of one account from one address, and of the address whatever the account.

    A browser in which the account has signed in before has its own, whatever others at its address try.
    """
    account, where = username.strip().casefold(), network(request)
    if mark := known_browsers.mark_of(request, username):
        return [Limit(_key("browser", account, mark), settings.SIGN_IN_ATTEMPTS)]
    return [
        Limit(_key("password", account, where), settings.SIGN_IN_ATTEMPTS),
        Limit(_key("address", where), settings.SIGN_IN_ATTEMPTS_PER_ADDRESS),
    ]


def code_limits(request: HttpRequest, user_id: int) -> list[Limit]:
    """A code has six digits, so an account has a limit of its own too. Only who has the password gets that far."""
    where = network(request)
    return [
        Limit(_key("code", str(user_id), where), settings.SIGN_IN_ATTEMPTS),
        Limit(_key("codes", str(user_id)), settings.CODE_ATTEMPTS_PER_ACCOUNT),
    ]


def take(limits: list[Limit], now: dt.datetime) -> list[SignInAttempt]:
    """Counts one attempt on each of the limits; `give_back` undoes it when it succeeds. Raises TooManyError."""
    taken = SignInAttempt.objects.bulk_create([SignInAttempt(key=limit.key, at=now) for limit in limits])
    if any(_recent(limit.key, now) > limit.most for limit in limits):
        give_back(taken)
        raise TooManyError
    return taken


def give_back(taken: list[SignInAttempt]) -> None:
    SignInAttempt.objects.filter(pk__in=[attempt.pk for attempt in taken]).delete()


def forget_old(now: dt.datetime) -> int:
    return SignInAttempt.objects.filter(at__lt=now - _cool_off()).delete()[0]


def _recent(key: str, now: dt.datetime) -> int:
    return SignInAttempt.objects.filter(key=key, at__gt=now - _cool_off()).count()


def _cool_off() -> dt.timedelta:
    return dt.timedelta(seconds=settings.SIGN_IN_COOL_OFF)


def _key(*parts: str) -> str:
    return salted_hmac(SALT, "\0".join(parts), algorithm="sha256").hexdigest()
