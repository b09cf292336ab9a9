"""What follows when django-allauth or Django tells that something has happened. They tell by signals only."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from vp_portal.core import audit, kept
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User
from vp_portal.core.signin import second_factor, sessions


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="signin")
    password_changed.connect(_password_changed, dispatch_uid="signin")
    authenticator_added.connect(_factor_added, dispatch_uid="signin")
    authenticator_removed.connect(_factor_removed, dispatch_uid="signin")
    authenticator_reset.connect(_codes_renewed, dispatch_uid="signin")


def _signed_in(request: HttpRequest, user: User, **_more: Any) -> None:
    sessions.begin(request, user)
    kept.forget_others(request, user.pk)


def _password_changed(request: HttpRequest, user: User, **_more: Any) -> None:
    sessions.moved(request, user)
    ended = sessions.end_others(request, user)
    audit.record(AuditEvent.ACCOUNT_CHANGED, request=request, target=user, what="password", ended=ended)


def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """Who was signed in elsewhere without the second factor has to show it from now on."""
    ended = 0
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        second_factor.hold(request, user)
        ended = sessions.end_others(request, user)
    audit.record(AuditEvent.MFA_CHANGED, request=request, what="added", kind=authenticator.type, ended=ended)


def _factor_removed(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    if not second_factor.has_own(user):
        second_factor.forget(request)
    ended = sessions.end_others(request, user)
    audit.record(AuditEvent.MFA_CHANGED, request=request, what="removed", kind=authenticator.type, ended=ended)


def _codes_renewed(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    audit.record(AuditEvent.MFA_CHANGED, request=request, what="renewed", kind=authenticator.type)
