"""The mechanics of access. Which units and cost objects a person has: `services/access.py`."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vp_portal.core.prepared import Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vp_portal.core.models import User


class GrantOrigin(models.TextChoices):
    """Who decides over a grant: an administrator, or the directory that people sign in with."""

    MANUAL = "manual", _("administratör")
    DIRECTORY = "directory", _("katalogen")


class Role(models.TextChoices):
    """Roles that an administrator gives. Line managers and cost owners are known from data instead."""

    READER = "reader", _("Läsare")
    PLAN_OWNER = "plan_owner", _("Planägare")
    CONTROLLER = "controller", _("Controller")
    MANAGEMENT = "management", _("Ledning")
    ADMINISTRATOR = "administrator", _("Administratör")


def signed_in(user: "User | AnonymousUser") -> "TypeGuard[User]":
    return user.is_authenticated and user.is_active


def look_back(user: "User | AnonymousUser", today: dt.date) -> None:
    """From here on the user of a request is shown what was, with the rights of today, and may change nothing."""
    user._rights_on = today  # type: ignore[union-attr]  # lives as long as the request's user


def looks_back(user: "User | AnonymousUser") -> bool:
    return hasattr(user, "_rights_on")


def rights_day(user: "User | AnonymousUser", on: dt.date) -> dt.date:
    """The day whose rights count where figures of `on` are asked for: today's, for somebody who looks back."""
    day: dt.date = getattr(user, "_rights_on", on)
    return day


def roles_of(user: "User | AnonymousUser", on: dt.date | None = None) -> frozenset[Role]:
    """The roles that a user holds on a day, today unless said. One query a request, nothing kept in the session."""
    if not signed_in(user):
        return frozenset()
    day = rights_day(user, on or today())
    known: dict[dt.date, frozenset[Role]] | None = getattr(user, "_roles", None)
    if known is None:
        known = user._roles = {}  # type: ignore[attr-defined]  # lives as long as the request's user
    if day not in known:
        known[day] = frozenset(Role(role) for (role,) in _held(user=user.pk, day=day))
    return known[day]


def _grants(user: int, day: dt.date) -> "QuerySet[Any, Any]":
    from vp_portal.core.models import RoleGrant

    return RoleGrant.objects.filter(user=user, valid__contains=day).order_by().values_list("role")


#: Asked by every page.
_held = Prepared(_grants, user=int, day=dt.date)


def forget_roles(user: "User") -> None:
    """Has the next question about this user's rights ask the database again."""
    for name in ("_roles", "_perm_cache", "_group_perm_cache", "_user_perm_cache"):
        if hasattr(user, name):
            delattr(user, name)


def hold(user: "User | AnonymousUser") -> "User":
    """The account, read anew; until the transaction ends nobody changes it or its roles. Raises PermissionDenied for
    an account that has been closed. For writes that a right is needed for: ask for the right after this."""
    from vp_portal.core.models import User

    row = User.objects.select_for_update(no_key=True).filter(pk=user.pk or 0, is_active=True).first()
    if row is None:
        raise PermissionDenied
    return row


View = Callable[..., HttpResponseBase]


def writes_with_a_right(view: View) -> View:
    """A view that writes: a right withdrawn before it began is gone, one withdrawn meanwhile waits until it is done.

    A page that is only read holds nothing.
    """

    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            request.user = hold(request.user)
            return view(request, *args, **kwargs)

    held.holds_the_right = True  # type: ignore[attr-defined]  # an attribute of a function; tests ask for it
    return held


def has_role(user: "User | AnonymousUser", *roles: Role) -> bool:
    return not roles_of(user).isdisjoint(roles)


def may_enter_admin(user: "User | AnonymousUser") -> bool:
    """Whether there is a register that the user may open: of a role held today, or as the break-glass account."""
    return signed_in(user) and (user.is_superuser or bool(user.get_group_permissions()))


def today() -> dt.date:
    """The clock. Views and commands ask it once; everything below takes the day as an argument."""
    return timezone.localdate()


def now() -> dt.datetime:
    """The clock to the second, for what is counted in minutes: attempts and sessions."""
    return timezone.now()
