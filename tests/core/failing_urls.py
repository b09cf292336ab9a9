"""The portal's addresses, and some that fail, each in its own way."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from vp_portal.urls import handler400, handler403, handler404, handler500  # noqa: F401  # read by Django

ERRORS = {
    "denied": PermissionDenied("hemligt"),
    "suspicious": SuspiciousOperation("hemligt"),
    "error": ValueError("hemligt"),
    "database": OperationalError("hemligt"),
    "connection": InterfaceError("hemligt"),
}


@login_not_required
def fail(request: HttpRequest, how: str, key: str = "") -> HttpResponse:
    raise ERRORS[how]


urlpatterns = [
    *(path(f"fails/{how}/", fail, {"how": how}) for how in ERRORS),
    path("fails/<how>/with/<key>/", fail),
    path("", include("vp_portal.urls")),
]
