"""Answers that hold for every page."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import LazyObject

from vp_portal.core import logs
from vp_portal.core.addresses import client_address
from vp_portal.core.views import database_unavailable

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)
requests = logging.getLogger("vp_portal.requests")


class RequestLogMiddleware:
    """Gives each request an id, `request.id`, and a line in the log without query, cookies, names or amounts.

    The id is always our own: one from outside could stand for two requests. It leaves as `X-Request-ID`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)  # type: ignore[attr-defined]  # ours
        token = logs.request_id.set(request.id)  # type: ignore[attr-defined]  # ours
        start = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]  # ours
            requests.info("request", extra=_facts(request, response, time.perf_counter() - start))
        finally:
            logs.request_id.reset(token)
        return response


def _facts(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": logs.without_secrets(request),
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
        "user": _known_user(request),
        "address": client_address(request),
    }


def _known_user(request: HttpRequest) -> Any:
    """The key of who is signed in (or was, on the way out), asking the database nothing."""
    user = getattr(request, "user", None)
    given = [None if isinstance(user, LazyObject) else user, getattr(request, "_cached_user", None)]
    return next((each.pk for each in given if each and each.pk), None)


class DatabaseUnavailableMiddleware:
    """503 in the portal's look when a view can't reach PostgreSQL. What fails outside a view ends in `handler500`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("The database can't be reached: %s", logs.without_secrets(request), exc_info=exception)
        return database_unavailable(request)


class BrowserRulesMiddleware:
    """What other sites may do with our answers (nothing), and which of its powers a browser leaves out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


class PlainAddressMiddleware:
    """An address with a NUL leads nowhere: no code in the database can hold one, and asking for it is an error."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        return self.get_response(request)


class NoStoreMiddleware:
    """No answer but a static file is kept by a browser or a proxy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response
