"""Answers that hold for every page."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from vp_portal.core.views import database_unavailable

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


class DatabaseUnavailableMiddleware:
    """503 in the portal's look when a view can't reach PostgreSQL. What fails outside a view ends in `handler500`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("The database can't be reached: %s", request.path, exc_info=exception)
        return database_unavailable(request)


class NoStoreMiddleware:
    """Nothing behind sign-in is kept by a browser or a proxy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
