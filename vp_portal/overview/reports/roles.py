"""Which overviews a user has: one per role, the one that asks most first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from finance.models.scope import sight
from services.access import is_line_manager
from vp_portal.core.access import Role, roles_of
from vp_portal.core.models import User


@dataclass(frozen=True)
class View:
    """`code` is the value of `?view=`."""

    code: str
    label: Any


MANAGER = View("manager", _("Min enhet"))
PERSONAL = View("personal", _("Mitt"))
_BY_ROLE = (
    (Role.CONTROLLER, View("controller", _("Controller"))),
    (Role.MANAGEMENT, View("management", _("Ledning"))),
    (Role.PLAN_OWNER, View("plan_owner", _("Planägare"))),
    (Role.ADMINISTRATOR, View("administrator", _("Administration"))),
    (Role.READER, View("reader", _("Planen"))),
)


def views_of(user: User | AnonymousUser, on: dt.date) -> list[View]:
    """Never empty: someone without a role sees what is personal. A reader's view adds nothing to another role's."""
    roles = roles_of(user)
    views = [MANAGER] if _manages(user, on) else []
    views += [view for role, view in _BY_ROLE if role in roles]
    if len(views) > 1:
        views = [view for view in views if view.code != "reader"]
    return views or [PERSONAL]


def tabs(views: list[View], current: View) -> list[dict[str, Any]]:
    return [
        {"label": view.label, "url": f"?view={view.code}", "current": view is current, "count": None} for view in views
    ]


def _manages(user: User | AnonymousUser, on: dt.date) -> bool:
    """Out of what the pages of a manager's money ask anyway; a controller's sight leaves it out."""
    seen = sight(user, on)
    return is_line_manager(user, on) if seen.everything else bool(seen.concerned.units)
