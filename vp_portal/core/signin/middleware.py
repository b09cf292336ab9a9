"""What holds for every request of someone who is signed in."""

from collections.abc import Callable
from typing import Any

from django.contrib import auth, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vp_portal.core import kept
from vp_portal.core.signin import second_factor, sessions

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionEndMiddleware:
    """Signs out whose session has been idle, or has lasted, for too long."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.is_empty() or not request.user.is_authenticated:
            return self.get_response(request)
        if not sessions.has_ended(request.session):
            sessions.touch(request)
            return self.get_response(request)
        auth.logout(request)
        messages.info(request, _("Du har loggats ut efter en tid. Logga in igen för att fortsätta."))
        page = kept.keep(request) or (request.get_full_path() if request.method == "GET" else "/")
        answer: HttpResponse = redirect_to_login(page)
        if request.headers.get("HX-Request"):
            answer = HttpResponse(headers={"HX-Redirect": answer.headers["Location"]})
        return answer


class SecondFactorMiddleware:
    """Sends whose role needs a second factor to set one up, before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in second_factor.WITHOUT or not second_factor.is_missing(request):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse("mfa_index")})
        return HttpResponseRedirect(reverse("mfa_index"))
