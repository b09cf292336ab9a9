"""Confirming who one is before how one signs in is changed: with a factor of the portal, or anew with the directory."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, resume_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from vp_portal.core.models import User
from vp_portal.core.signin.directory import PROVIDER

View = Callable[..., HttpResponseBase]


def is_by_directory(user: User | AnonymousUser) -> bool:
    """Whether an account has neither password nor second factor here: then only the directory can tell who it is."""
    if not settings.OIDC_ISSUER or not isinstance(user, User) or get_reauthentication_flows(user):
        return False
    return SocialAccount.objects.filter(user=user, provider=PROVIDER).exists()


def is_fresh(request: HttpRequest) -> bool:
    """Whether a factor was shown of late, at sign-in or since.

    Signing in with the directory alone shows none: it may have let a session of its own do.
    """
    records = get_authentication_records(request, request.user)
    shown = [each["at"] for each in records if each.get("method") != "socialaccount" or each.get("reauthenticated")]
    return bool(time.time() - max(shown, default=0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def confirm_first(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired when who is signed in has shown no factor of late (ASVS 7.5.2)."""
    if not is_fresh(request) and get_adapter(request).get_reauthentication_methods(request.user):
        raise ReauthenticationRequired


def at_directory_first(view: View) -> View:
    """For the package's views: they ask for a password or a second factor, and let in who has neither (ASVS 7.5.1)."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_by_directory(request.user) and not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked


def confirmed(request: HttpRequest, user: User, next_url: str) -> HttpResponse:
    """Notes that the directory has just asked who it is, and goes on with what was asked for."""
    record_authentication(request, user, method="socialaccount", provider=PROVIDER, reauthenticated=True)
    query = QueryDict(mutable=True)
    query["next"] = next_url
    request.GET = query  # type: ignore[assignment]  # where the package looks for it
    answer: HttpResponse | None = resume_request(request)
    return answer or redirect("mfa_index")
