"""Rights in Django's sense, from the roles held today."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet

from vp_portal.core.access import roles_of

if TYPE_CHECKING:
    from vp_portal.core.models import User


class RightsOfRoles:
    """For every backend that builds on Django's: an account has the permissions of its roles' groups, no others.

    A role's group has the role's code as its name.
    """

    def _get_user_permissions(self, user_obj: "User") -> QuerySet[Permission]:
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj: "User") -> QuerySet[Permission]:
        return Permission.objects.filter(group__name__in=roles_of(user_obj)).distinct()

    def with_perm(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("Rights are dated: ask each user.")


class RoleBackend(RightsOfRoles, ModelBackend):
    """Accounts with a password, and the rights of their roles."""
