"""Browsers in which an account has signed in before: what is tried there is counted apart.

Many may share one address, such as a whole office. Who guesses beside a colleague closes the account to that address,
but not to the browser that the colleague uses. The mark gives nothing but attempts of its own, and names nobody.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "vp_portal.core.signin.known_browsers"
#: So long is a browser known after its latest sign-in.
AGE = 90 * 24 * 3600
_signer = TimestampSigner(salt=SALT)


def mark_of(request: HttpRequest, username: str) -> str:
    """What tells the browser from others, where the account has signed in with it; empty where not."""
    try:
        told = _signer.unsign(request.COOKIES.get(settings.BROWSER_COOKIE_NAME, ""), max_age=AGE)
    except BadSignature:
        return ""
    mark, _colon, whose = told.partition(":")
    return mark if constant_time_compare(whose, _whose(username)) else ""


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Marks the browser after the right password. One that is known keeps its mark, and with it its count."""
    mark = mark_of(request, username) or secrets.token_hex(16)
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        _signer.sign(f"{mark}:{_whose(username)}"),
        AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _whose(username: str) -> str:
    return salted_hmac(SALT, username.strip().casefold(), algorithm="sha256").hexdigest()
