"""Who may open and do what among the pages of the money, and where those pages hang."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from vp_portal.core import access
from vp_portal.core.models import User


def may_see_imports(user: User | AnonymousUser) -> bool:
    return access.has_role(user, access.Role.CONTROLLER, access.Role.ADMINISTRATOR)


def guard_imports(user: User | AnonymousUser) -> None:
    if not may_see_imports(user):
        raise PermissionDenied(_("Importerna visas för controllers och administratörer."))


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """Down to the parent: (label, name of its address) below the economy."""
    return [{"label": label, "url": reverse(name)} for label, name in ((_("Ekonomi"), "finance:economy"), *more)]
