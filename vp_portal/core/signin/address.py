"""Where a visitor comes from, and is going."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from vp_portal.core.addresses import client_address


def network(request: HttpRequest) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that one IPv6 subscriber has at hand."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def safe_next(request: HttpRequest) -> str:
    """Where one was going, if that is a page of the portal; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
