"""The main menu, as data."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NavItem:
    label: str | Promise
    url_name: str
    prefix: str


MENU = (
    NavItem(_("Översikt"), "overview:home", "/"),
    NavItem(_("Plan"), "goals:plan", "/plan/"),
    NavItem(_("Tjänster"), "services:catalogue", "/services/"),
    NavItem(_("Ekonomi"), "finance:economy", "/finance/"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for `base.html`: the menu, with the current item marked."""

    def current(item: NavItem) -> bool:
        return request.path == "/" if item.prefix == "/" else request.path.startswith(item.prefix)

    def url(item: NavItem) -> str:
        try:
            return reverse(item.url_name)
        except NoReverseMatch:
            return item.prefix

    return {"menu": [{"label": i.label, "url": url(i), "current": current(i)} for i in MENU]}
