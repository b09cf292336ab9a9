"""The portal's own error pages, the choice of theme and the gallery of components."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from vp_portal.core import access, violations
from vp_portal.core import gallery as samples
from vp_portal.core.navigation import THEMES, navigation


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse(_without_database(request, "400.html"), status=400)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token."""
    return HttpResponse(_without_database(request, "403_csrf.html"), status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the database was the cause, which may be met before any view (the session is read there)."""
    cause = sys.exc_info()[1]
    if isinstance(cause, OperationalError | InterfaceError):
        return database_unavailable(request)
    return HttpResponse(_without_database(request, "500.html"), status=500)


def database_unavailable(request: HttpRequest) -> HttpResponse:
    """503, with a time to come back and nothing of the error's text."""
    return HttpResponse(_without_database(request, "503.html"), status=503, headers={"Retry-After": "30"})


def _without_database(request: HttpRequest, template: str) -> str:
    """No request in the context: who is signed in is a question to the database."""
    return render_to_string(template, navigation(request, may_ask=False))


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system has it, kept in a cookie for a year; back to the page it came from."""
    chosen, back = request.POST.get("theme", ""), request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    if chosen in dict(THEMES) and chosen:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            settings.THEME_COOKIE_NAME, chosen, 365 * 86400, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(settings.THEME_COOKIE_NAME, samesite="Lax")
    return response


@csrf_exempt
@login_not_required
@require_POST
def collect_violation(request: HttpRequest) -> HttpResponse:
    """Browsers send what the content security policy stopped, without cookies or tokens."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > violations.LARGEST:
            return HttpResponse(status=413)
        violation = violations.read(request.body)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    return HttpResponse(status=204 if violations.collect(violation) else 429)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in all its states, with made-up content. For who builds the portal: in a trial alone."""
    if not settings.TRIAL:
        raise Http404
    return render(request, "core/gallery.html", samples.context(access.today(), request.GET))
