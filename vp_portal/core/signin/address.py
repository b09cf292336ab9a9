import ipaddress

from django.http import HttpRequest

from vp_portal.core.addresses import client_address


def network(request: HttpRequest) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that one IPv6 subscriber has at hand."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
