"""Addresses of the rows and pages behind a figure."""

from urllib.parse import urlencode

from django.urls import reverse

from finance.choices import FlowKind
from finance.reports.selection import NONE
from vp_portal.core.periods import Period


def _address(name: str, filters: dict[str, object]) -> str:
    given = {key: value for key, value in filters.items() if value not in (None, "", [])}
    return f"{reverse(name)}?{urlencode(given, doseq=True)}" if given else reverse(name)


def without(code: str) -> str:
    """A code as a filter: the one that means "has none" where it is empty."""
    return code or NONE


def postings(first: Period, last: Period, **filters: object) -> str:
    """The cost rows of some periods; filters as `finance:postings` takes them, empty ones left out, lists repeated."""
    chosen = {"from": int(first), "to": int(last), "kind": FlowKind.COST.value, **filters}
    return _address("finance:postings", chosen)


def economy(first: Period, last: Period, **filters: object) -> str:
    """The sums of some periods; filters as `finance:economy` takes them, empty ones left out."""
    return _address("finance:economy", {"from": int(first), "to": int(last), **filters})


def catalogue(**filters: object) -> str:
    return _address("services:catalogue", filters)


def plan(**filters: object) -> str:
    return _address("goals:plan", filters)


def unallocated() -> str:
    return reverse("finance:unallocated")
