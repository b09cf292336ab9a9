"""The mechanics of access. Which units and cost objects a person has: `services/access.py`."""

import datetime as dt
from typing import TYPE_CHECKING, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from vp_portal.core.models import User


class Role(models.TextChoices):
    """Roles that an administrator gives. Line managers and cost owners are known from data instead."""

    READER = "reader", _("Läsare")
    PLAN_OWNER = "plan_owner", _("Planägare")
    CONTROLLER = "controller", _("Controller")
    MANAGEMENT = "management", _("Ledning")
    ADMINISTRATOR = "administrator", _("Administratör")


def signed_in(user: "User | AnonymousUser") -> "TypeGuard[User]":
    return user.is_authenticated and user.is_active


def roles_of(user: "User | AnonymousUser") -> frozenset[Role]:
    """The roles given to a user through groups, whose names are the roles' codes. One query a request."""
    if not signed_in(user):
        return frozenset()
    cached: frozenset[Role] | None = getattr(user, "_roles", None)
    if cached is None:
        names = set(user.groups.values_list("name", flat=True))
        cached = frozenset(
            role for role in Role if role.value in names or (user.is_superuser and role is Role.ADMINISTRATOR)
        )
        user._roles = cached  # type: ignore[attr-defined]  # lives as long as the request's user
    return cached


def has_role(user: "User | AnonymousUser", *roles: Role) -> bool:
    return not roles_of(user).isdisjoint(roles)


def today() -> dt.date:
    """The clock. Views and commands ask it once; everything below takes the day as an argument."""
    return timezone.localdate()


def now() -> dt.datetime:
    """The clock to the second, for what is counted in minutes: attempts and sessions."""
    return timezone.now()
