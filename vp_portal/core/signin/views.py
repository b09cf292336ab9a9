"""Signing in, and the pages of one's own account. Second factors themselves are django-allauth's views."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import password_change as allauth_password_change
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from vp_portal.core import access, audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User
from vp_portal.core.signin import confirming, devices, known_browsers, oidc, reserve_codes, second_factor, sessions
from vp_portal.core.signin.address import safe_next
from vp_portal.core.signin.forms import NewPasswordForm, SignInForm

logger = logging.getLogger(__name__)


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password, the directory, or a passkey. Whether an account exists is never told."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form, status = SignInForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            user = get_adapter(request).authenticate(request, **form.cleaned_data)
        except ValidationError as error:
            audit.record(AuditEvent.SIGN_IN_FAILED, request=request, limited=True)
            form.add_error(None, error)
            status = 429
        else:
            if isinstance(user, User):
                return _with_password(request, user, form.cleaned_data["username"])
            form.add_error(None, _("Kontrollera användarnamn och lösenord och försök igen."))
    return render(request, "registration/login.html", _ways_in(request, form), status=status)


def _with_password(request: HttpRequest, user: User, username: str) -> HttpResponse:
    login = Login(user=user, redirect_url=safe_next(request))
    try:
        answer: HttpResponse = perform_password_login(request, {"username": username}, login)
    except ImmediateHttpResponse as early:
        answer = early.response
    known_browsers.remember(request, answer, username)
    return answer


def _ways_in(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    return {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "directory": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }


@login_not_required
@never_cache
@require_GET
def directory_start(request: HttpRequest) -> HttpResponse:
    """Off to the university's own sign-in page, by a link: the policy lets no form lead out of the portal.

    A link on another site leads to our page first, so that nobody is signed in without asking for it.
    """
    if not settings.OIDC_ISSUER or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect("login")
    try:
        return oidc.start(request, safe_next(request))
    except (RequestException, OAuth2Error, KeyError, ValueError) as error:
        return oidc.failed(request, None, error)


@login_not_required
@never_cache
@require_GET
def directory_callback(request: HttpRequest) -> HttpResponse:
    """Back from the university's sign-in page."""
    if not settings.OIDC_ISSUER:
        return redirect("login")
    view = OAuth2CallbackView.adapter_view(oidc.DirectoryOAuth2Adapter(request))
    try:
        answer: HttpResponse = view(request)
    except ImmediateHttpResponse as early:
        return early.response
    except (RequestException, OAuth2Error, KeyError, ValueError) as error:
        return oidc.failed(request, None, error)
    return answer


@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """How one signs in: password, second factors, and what one's role asks for."""
    assert isinstance(request.user, User)  # noqa: S101  # anonymous visitors are sent to sign in before this
    held: dict[str, list[Authenticator]] = {}
    for each in Authenticator.objects.filter(user=request.user).order_by("created_at"):
        held.setdefault(each.type, []).append(each)
    context = {
        "app": held.get(Authenticator.Type.TOTP),
        "passkeys": [{"row": key, "name": key.wrap().name} for key in held.get(Authenticator.Type.WEBAUTHN, [])],
        "codes_left": reserve_codes.left(request.user),
        "missing": second_factor.is_missing(request),
        "has_password": request.user.has_usable_password(),
        "directory": settings.OIDC_NAME,
    }
    return render(request, "account/security.html", context)


@sensitive_post_parameters("oldpassword", "password1")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password, for who knows the present one. Other sessions end."""
    assert isinstance(request.user, User)  # noqa: S101  # anonymous visitors are sent to sign in before this
    if not request.user.has_usable_password():
        messages.info(request, _("Ditt konto har inget lösenord i portalen: du loggar in med katalogen."))
        return redirect("mfa_index")
    answer: HttpResponse = allauth_password_change(request)
    return answer


@method_decorator(login_not_required, name="dispatch")
class NewPasswordView(PasswordResetConfirmView):
    """Where a link from an administrator leads. The token is kept in the session, out of addresses and referrers."""

    form_class = NewPasswordForm
    template_name = "account/new_password.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        ended = sessions.end(sessions.of_user(form.user))
        audit.record(AuditEvent.ACCOUNT_CHANGED, request=self.request, target=form.user, what="password", ended=ended)
        get_adapter(self.request).send_notification_mail("account/email/password_changed", form.user)
        messages.success(self.request, _("Lösenordet är sparat. Logga in med det."))
        return answer


new_password = NewPasswordView.as_view()


@require_GET
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    assert isinstance(request.user, User)  # noqa: S101  # anonymous visitors are sent to sign in before this
    now = access.now()
    alive = sessions.of_user(request.user).filter(session__expire_date__gt=now).select_related("session")
    rows = [
        {
            "row": row,
            "device": devices.in_words(row.device),
            "current": row.session_id == request.session.session_key,
        }
        for row in alive
    ]
    return render(request, "account/sessions.html", {"sessions": sorted(rows, key=lambda each: not each["current"])})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of one's own sessions, by who has confirmed of late; the current one by signing out."""
    assert isinstance(request.user, User)  # noqa: S101  # anonymous visitors are sent to sign in before this
    row = get_object_or_404(sessions.of_user(request.user), pk=pk)
    if row.session_id == request.session.session_key:
        auth.logout(request)
        return redirect("login")
    confirming.confirm_first(request)
    sessions.end(sessions.of_user(request.user).filter(pk=pk))
    audit.record(AuditEvent.SESSION_ENDED, request=request, ended=1)
    messages.success(request, _("Inloggningen är avslutad."))
    return redirect("sessions")


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends all of one's own sessions, this one too, by who has confirmed of late."""
    assert isinstance(request.user, User)  # noqa: S101  # anonymous visitors are sent to sign in before this
    confirming.confirm_first(request)
    ended = sessions.end_others(request, request.user)
    audit.record(AuditEvent.SESSION_ENDED, request=request, ended=ended + 1)
    auth.logout(request)
    words = ngettext("Du är utloggad här och på %d ställe till.", "Du är utloggad här och på %d ställen till.", ended)
    messages.success(request, words % ended if ended else _("Du är utloggad."))
    return redirect("login")
