"""Who needs a second factor, and whether the session has one."""

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest

from vp_portal.core import access
from vp_portal.core.models import User

#: Pages that are open before there is a second factor: those that set it up, and the way out.
WITHOUT = frozenset(
    {
        *("logout", "account_logout", "account_reauthenticate", "core:theme", "account_change_password"),
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("confirm_with_directory", "confirm_directory_start", "directory_callback"),
    }
)
#: In the session: the account whose directory says that it has asked for two factors, and the one that has set one up.
VOUCHED = "directory_second_factor"
HELD = "second_factor_of"


def is_missing(request: HttpRequest) -> bool:
    """Whether the role of who is signed in needs a second factor that this session hasn't shown. No query."""
    user = request.user
    if not isinstance(user, User) or not is_needed(user):
        return False
    shown = any(record.get("method") == "mfa" for record in get_authentication_records(request, user))
    return not (shown or is_vouched(request, user) or request.session.get(HELD) == user.pk)


def is_needed(user: User) -> bool:
    """Of roles that can do much, and who may do everything; of every account with a password (ASVS 6.3.3)."""
    if settings.SECOND_FACTOR_OF_ALL or (settings.SECOND_FACTOR_WITH_PASSWORD and user.has_usable_password()):
        return True
    if not settings.SECOND_FACTOR_ROLES:
        return False
    return user.is_superuser or access.has_role(user, *(access.Role(role) for role in settings.SECOND_FACTOR_ROLES))


def has_own(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def is_vouched(request: HttpRequest, user: User) -> bool:
    return bool(request.session.get(VOUCHED) == user.pk)


def vouch(request: HttpRequest, user: User, claims: dict[str, Any]) -> None:
    """Notes whether the directory says that it has asked for two factors: `amr` of RFC 8176, or `acr`."""
    methods = claims.get("amr")
    said = isinstance(methods, list) and "mfa" in methods
    if said or claims.get("acr") in settings.OIDC_SECOND_FACTOR_ACR:
        request.session[VOUCHED] = user.pk
    else:
        request.session.pop(VOUCHED, None)


def hold(request: HttpRequest, user: User) -> None:
    """Who has just set one up has shown it."""
    request.session[HELD] = user.pk


def forget(request: HttpRequest) -> None:
    """After the last one was taken away: what the session has shown counts no more."""
    request.session.pop(HELD, None)
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [r for r in records if r.get("method") != "mfa"]


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor after the first, unless the directory just did."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        records = get_authentication_records(request, user)
        if isinstance(user, User) and any(record.get("method") == "socialaccount" for record in records):
            return not is_vouched(request, user) and bool(super()._should_handle(request))
        return bool(super()._should_handle(request))
