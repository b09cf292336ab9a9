"""OpenID Connect with the university's identity provider: code flow with PKCE, state and nonce, signature checked."""

import logging
import secrets
import time
from typing import Any, NoReturn

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from vp_portal.core import access, audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User
from vp_portal.core.signin import confirming, directory, second_factor
from vp_portal.core.signin.identity import UnreadableError, read

logger = logging.getLogger(__name__)

#: Signatures by the provider's private key. Never `none`, never one that a shared secret could make.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
CLOCK_SKEW = 60  # seconds


class DirectoryOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """The provider of the settings, trusted for no more than it has signed for this portal."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, directory.PROVIDER)

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != settings.OIDC_ISSUER:
            raise OAuth2Error("the provider gives another issuer than VP_OIDC_ISSUER")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return request.build_absolute_uri(reverse("directory_callback"))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """The claims stay with the sign-in: nothing of them but the subject is stored."""
        id_token = self._verified(app.client_id, kwargs["response"].get("id_token") or "")
        userinfo = self._fetch_user_info(token.token) if self.openid_config.get("userinfo_endpoint") else {}
        if userinfo and userinfo.get("sub") != id_token["sub"]:
            raise OAuth2Error("userinfo is about another subject than the ID token")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, {"id_token": id_token})
        login.account.extra_data = {}
        login.email_addresses = []
        login.claims = {**userinfo, **id_token}  # for let_in, within this request
        return login

    def _verified(self, client_id: str, id_token: str) -> dict[str, Any]:
        """The claims of an ID token for this portal. Raises OAuth2Error."""
        with get_adapter().get_requests_session() as http:
            answer = http.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(answer.json()).keys}
            key = keys.get(jwt.get_unverified_header(id_token).get("kid")) or (
                next(iter(keys.values())) if len(keys) == 1 else None
            )
            if key is None:
                raise OAuth2Error("the ID token is signed with an unknown key")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=client_id,
                issuer=settings.OIDC_ISSUER,
                leeway=CLOCK_SKEW,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise OAuth2Error(f"the ID token is not valid: {error}") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
            raise OAuth2Error("the ID token was made for another client")
        return claims


def start(request: HttpRequest, next_url: str | None, *, confirms: User | None = None) -> HttpResponse:
    """Off to the provider, with what will tell its answer from anyone else's.

    `confirms` is who is signed in already and is to be asked again, whatever session the provider has.
    """
    provider = get_adapter().get_provider(request, provider=directory.PROVIDER)
    provider.oauth2_adapter_class = lambda request, _provider_id: DirectoryOAuth2Adapter(request)
    nonce = secrets.token_urlsafe(32)
    asks: dict[str, str] = {"nonce": nonce}
    kept: dict[str, Any] = {"nonce": nonce}
    if confirms:
        asks |= {"prompt": "login", "max_age": "0"}
        kept |= {"confirms": confirms.pk, "asked_at": int(time.time())}
    answer: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, next_url, auth_params=asks, **kept)
    return answer


def let_in(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Ties a sign-in that the provider vouches for to the account it may use; raises where there is none."""
    claims: dict[str, Any] = sociallogin.claims  # set by complete_login
    asked = sociallogin.state.get("nonce")
    if not asked or not constant_time_compare(str(claims.get("nonce")), asked):
        raise PermissionDenied("the ID token answers another sign-in")
    try:
        identity = read(claims)
    except UnreadableError as error:
        raise PermissionDenied(str(error)) from error
    confirms = "confirms" in sociallogin.state
    if confirms:
        _check_confirmation(request, sociallogin.state, claims)
    user, outcome = directory.admit(identity, on=access.today())
    if outcome is not directory.Outcome.KNOWN:
        event = AuditEvent.SIGN_IN_FAILED if user is None else AuditEvent.ACCOUNT_CHANGED
        target = user or directory.linked_to(identity.subject) or ""
        audit.record(event, request=request, target=target, what=outcome.value, via="directory")
    if user is None:
        _refuse(request, outcome)
    sociallogin.user = user
    second_factor.vouch(request, user, claims)
    if confirms:
        raise ImmediateHttpResponse(confirming.confirmed(request, user, sociallogin.state.get("next") or ""))


def _check_confirmation(request: HttpRequest, state: dict[str, Any], claims: dict[str, Any]) -> None:
    """The same person, asked by the provider after we sent them there. Raises PermissionDenied.

    The browser could leave `prompt` out on the way: that the provider asked is seen by `auth_time` alone, which it
    must tell when `max_age` is asked for (OpenID Connect Core 1.0, 3.1.2.1).
    """
    user = directory.linked_to(str(claims.get("sub")))
    if user is None or not user.pk == state["confirms"] == request.user.pk:
        raise PermissionDenied("another person than the one who is signed in was confirmed")
    at = claims.get("auth_time")
    if not isinstance(at, int | float) or at < state["asked_at"] - CLOCK_SKEW:
        raise PermissionDenied(f"the provider didn't ask anew (auth_time {at})")


def _refuse(request: HttpRequest, outcome: directory.Outcome) -> NoReturn:
    words = {
        directory.Outcome.CLOSED: _("Ditt konto i portalen är stängt. Kontakta portalens administratör."),
    }
    missing = _("Ditt konto hör inte till någon grupp som får använda portalen. Kontakta portalens administratör.")
    messages.error(request, words.get(outcome, missing))
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("login")))


def failed(request: HttpRequest, error: Any, exception: Exception | None) -> HttpResponse:
    """Back to the sign-in page. The reason is for the log alone."""
    if error == AuthError.CANCELLED:
        messages.info(request, _("Inloggningen avbröts."))
    else:
        logger.warning("Single sign-on failed: %s", exception or error)
        audit.record(AuditEvent.SIGN_IN_FAILED, request=request, via="directory", what="error")
        messages.error(
            request, _("Inloggningen misslyckades. Försök igen; hjälper det inte, kontakta administratören.")
        )
    return HttpResponseRedirect(reverse("login"))
