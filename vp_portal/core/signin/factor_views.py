"""Setting up second factors, codes in reserve, and confirming with the directory."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User
from vp_portal.core.signin import confirming, oidc, reserve_codes, second_factor
from vp_portal.core.signin.address import safe_next


class ThenCodesInReserve:
    """After the first second factor come codes for the day when it is lost."""

    request: HttpRequest

    def get_success_url(self) -> str:
        assert isinstance(self.request.user, User)  # noqa: S101  # who is not signed in doesn't come here
        has_codes = reserve_codes.left(self.request.user)
        return reverse("mfa_index" if has_codes else "mfa_generate_recovery_codes")


class AddAppView(ThenCodesInReserve, ActivateTOTPView):
    pass


class AddPasskeyView(ThenCodesInReserve, AddWebAuthnView):
    pass


add_app, add_passkey = AddAppView.as_view(), AddPasskeyView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
def new_codes(request: HttpRequest) -> HttpResponse:
    """Makes codes in reserve and shows them, in the answer alone: after that nobody can."""
    raise_if_reauthentication_required(request, app="allauth.mfa")
    assert isinstance(request.user, User)  # noqa: S101  # as above
    if not second_factor.has_own(request.user):
        messages.info(request, _("Sätt upp tvåstegsverifiering först."))
        return redirect("mfa_index")
    context: dict[str, Any] = {"left": reserve_codes.left(request.user)}
    if request.method == "POST":
        context["codes"] = reserve_codes.renew(request.user)
        what = "renewed" if context["left"] else "added"
        audit.record(AuditEvent.MFA_CHANGED, request=request, what=what, kind="recovery_codes")
        get_adapter(request).send_notification_mail("mfa/email/recovery_codes_generated", request.user)
    return render(request, "mfa/recovery_codes/new.html", context)


@never_cache
@require_GET
def confirm_with_directory(request: HttpRequest) -> HttpResponse:
    """Says why one must sign in again, and leads there by a link: the policy lets no form lead out of the portal."""
    next_url = safe_next(request)
    if not confirming.is_by_directory(request.user):
        ways = get_adapter(request).get_reauthentication_methods(request.user)
        return redirect(f"{ways[0]['url']}?{urlencode({'next': next_url})}" if ways else "mfa_index")
    return render(request, "account/confirm_directory.html", {"directory": settings.OIDC_NAME, "next": next_url})


@never_cache
@require_GET
def confirm_start(request: HttpRequest) -> HttpResponse:
    """Off to the directory, which is to ask again who it is. Not by a link on another site."""
    if not confirming.is_by_directory(request.user) or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect("confirm_with_directory")
    try:
        return oidc.start(request, safe_next(request), confirms=request.user)  # type: ignore[arg-type]  # signed in
    except (RequestException, OAuth2Error, KeyError, ValueError) as error:
        return oidc.failed(request, None, error)
