"""The main menu, as data, and the reader's choice of theme."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import Role, has_role, may_enter_admin

THEMES = (("", _("Som systemet")), ("light", _("Ljust")), ("dark", _("Mörkt")))


@dataclass(frozen=True)
class NavItem:
    label: str | Promise
    url_name: str
    prefix: str
    roles: tuple[Role, ...] = ()  # who has the item; everybody when empty


@dataclass(frozen=True)
class MenuLink:
    """`current` is what it says of where the reader is: `page`, `true` for a page below it, or nothing."""

    label: str
    url: str
    current: str


MENU = (
    NavItem(_("Översikt"), "overview:home", "/"),
    NavItem(_("Plan"), "goals:plan", "/plan/"),
    NavItem(_("Tjänster"), "services:catalogue", "/services/"),
    NavItem(_("Ekonomi"), "finance:economy", "/finance/"),
    NavItem(_("Importera"), "finance:upload_new", "/finance/imports/", (Role.CONTROLLER,)),
)


def navigation(request: HttpRequest, *, may_ask: bool = True) -> dict[str, Any]:
    """Context for `base.html`: the menu with the current item marked, the theme, the request's id, the day that the
    page is of, and a way into the admin, which asks about the user's rights only where a template does.

    The menu asks for the user's roles, as most pages do. Without `may_ask` it is that of somebody without any.
    """
    user = getattr(request, "user", AnonymousUser())
    items = tuple(item for item in MENU if not item.roles or (may_ask and has_role(user, *item.roles)))

    def fits(item: NavItem) -> bool:
        return request.path == "/" if item.prefix == "/" else request.path.startswith(item.prefix)

    here = max(filter(fits, items), key=lambda item: len(item.prefix), default=None)
    return {
        "menu": _menu(items, here, here is not None and request.path == _url(here), get_language()),
        "may_enter_admin": lambda: may_enter_admin(user),
        "theme": theme(request),
        "themes": THEMES,
        "request_id": getattr(request, "id", ""),
        "looking": getattr(request, "looking", None),
    }


@lru_cache(maxsize=64)
def _menu(
    items: tuple[NavItem, ...], here: NavItem | None, is_page: bool, _language: str | None
) -> tuple[MenuLink, ...]:
    current = "page" if is_page else "true"
    return tuple(MenuLink(str(item.label), _url(item), current if item is here else "") for item in items)


@lru_cache(maxsize=64)
def _url(item: NavItem) -> str:
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return item.prefix


def theme(request: HttpRequest) -> str:
    """`light`, `dark`, or nothing: as the system has it."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return chosen if any(chosen == code for code, _label in THEMES) else ""
