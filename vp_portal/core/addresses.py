"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The IP address of who asks, or nothing where there is none (a Unix socket without a proxy).

    Each trusted proxy adds the address that it met to `X-Forwarded-For`; what stands before theirs the client wrote.
    """
    met = [request.META.get("REMOTE_ADDR", "")]
    if settings.TRUSTED_PROXIES:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        met = [*told[-settings.TRUSTED_PROXIES :], *met]
    return next((address for address in map(_plain, met) if address), "")


def _plain(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return ""
