"""Where django-allauth asks the portal: its texts, who may be let in, addresses, encryption."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import auth, messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from vp_portal.core import access
from vp_portal.core.addresses import client_address
from vp_portal.core.models import User
from vp_portal.core.signin import attempts, confirming, secrets, texts

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {**DefaultAccountAdapter.error_messages, **texts.ACCOUNT_ERRORS}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account of their own."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104  # no address, in a log

    def get_login_stages(self) -> list[str]:
        return ["vp_portal.core.signin.second_factor.SecondFactorStage"]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """One answer for wrong, unknown and closed. The limits are those of `attempts`."""
        limits = attempts.password_limits(request, str(credentials.get("username", "")))
        try:
            taken = attempts.take(limits, access.now())
        except attempts.TooManyError:
            raise self.validation_error("too_many_login_attempts") from None
        user = auth.authenticate(request, **credentials)
        if isinstance(user, User):
            attempts.give_back(taken)
            return user
        return None

    def is_safe_url(self, url: str | None) -> bool:
        """Within the portal alone. allauth's own would take any port of our hosts, and fail on what is no address."""
        return url_has_allowed_host_and_scheme(
            url, {context.request.get_host()}, require_https=context.request.is_secure()
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Closed between two steps of a sign-in, or with a passkey: no more is said than to a wrong password."""
        messages.error(request, gettext("Inloggningen misslyckades."))
        return HttpResponseRedirect(reverse("login"))

    def add_message(  # the package's signature
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """The portal's own words; what it has none for is not said."""
        said = message or texts.MESSAGES.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        if not methods and confirming.is_by_directory(user):
            methods = [{"id": "directory", "url": reverse("confirm_with_directory")}]
        return [{**method, "description": texts.METHODS[method["id"]]} for method in methods]

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells the owner by e-mail what has changed. A mail server that is down stops nobody."""
        what = texts.NOTICES.get(template_prefix)
        if not (what and user.email):
            return
        words = texts.notice(str(what), user, self.get_client_ip(self.request), access.now())
        try:
            send_mail(gettext("VP-portalen: %(what)s") % {"what": what}, words, None, [user.email])
        except (OSError, SMTPException):
            logger.exception("A notice of a change could not be sent")


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, **texts.CODE_ERRORS}

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return "VP-portalen"

    def _get_site_name(self) -> str:
        return "VP-portalen"

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # the package's signature
        return gettext("Min passnyckel")


class DirectoryAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: what comes back from the directory is judged by `directory`."""

    error_messages = {**DefaultSocialAccountAdapter.error_messages}

    def get_requests_session(self) -> Any:
        """The provider is asked at its own addresses alone: an answer that points elsewhere is an error."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts are made by `directory.admit`, never by a form."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        from vp_portal.core.signin.oidc import let_in

        let_in(request, sociallogin)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Back to the sign-in page. What went wrong is for the log, not for the page."""
        from vp_portal.core.signin.oidc import failed

        raise ImmediateHttpResponse(failed(request, error, exception))
