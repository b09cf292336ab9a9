import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Where a request comes from, as the last of our own proxies saw it; None where nobody can tell.

    Each proxy appends whom it was called by, so only as many of the last parts as we have proxies can be trusted.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    found = forwarded[-proxies] if len(forwarded) >= proxies > 0 else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(found.strip().strip("[]")))
    except ValueError:
        return None


def network(address: str | None) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that one IPv6 subscriber has at hand."""
    if address is None:
        return ""
    parsed = ipaddress.ip_address(address)
    return address if parsed.version == 4 else str(ipaddress.ip_network(f"{address}/64", strict=False))
