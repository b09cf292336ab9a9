"""Rights in Django's sense, from the roles held today."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import QuerySet

from vp_portal.core.access import Role, roles_of, signed_in
from vp_portal.core.prepared import Prepared, columns, instance

if TYPE_CHECKING:
    from vp_portal.core.models import User


#: The rows of `_get_group_permissions`.
_GRANTED = """
SELECT DISTINCT kind.app_label, permission.codename
FROM auth_group held
JOIN auth_group_permissions given ON given.group_id = held.id
JOIN auth_permission permission ON permission.id = given.permission_id
JOIN django_content_type kind ON kind.id = permission.content_type_id
WHERE held.name = ANY(%s)
"""


_account = Prepared(
    lambda account: get_user_model().objects.filter(pk=account).values_list(*columns(get_user_model())), account=int
)


def _granted(roles: frozenset[Role]) -> set[str]:
    """No query for who has no role."""
    if not roles:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_GRANTED, [list(roles)])
        return {f"{app}.{code}" for app, code in cursor.fetchall()}


class RightsOfRoles:
    """For every backend that builds on Django's: an account has the permissions of its roles' groups, no others.

    A role's group has the role's code as its name.
    """

    def _get_user_permissions(self, user_obj: "User") -> QuerySet[Permission]:
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj: "User") -> QuerySet[Permission]:
        return Permission.objects.filter(group__name__in=roles_of(user_obj)).distinct()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """As Django's, of which every page asks, without building the query each time."""
        if obj is not None or user_obj.is_superuser or not signed_in(user_obj):
            found: set[str] = super().get_group_permissions(user_obj, obj)  # type: ignore[misc]  # Django's backend
            return found
        own = user_obj.__dict__  # `access.forget_roles` knows the name, which is Django's.
        if "_group_perm_cache" not in own:
            own["_group_perm_cache"] = _granted(roles_of(user_obj))
        kept: set[str] = own["_group_perm_cache"]
        return kept

    def get_user(self, user_id: Any) -> Any:
        """As Django's, of which every page asks, without building the query each time."""
        rows = _account(account=user_id)
        user: Any = instance(get_user_model(), rows[0]) if rows else None
        return user if user and self.user_can_authenticate(user) else None  # type: ignore[attr-defined]  # Django's

    def with_perm(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("Rights are dated: ask each user.")


class RoleBackend(RightsOfRoles, ModelBackend):
    """Accounts with a password, and the rights of their roles."""
