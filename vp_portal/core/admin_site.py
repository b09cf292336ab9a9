from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import may_enter_admin


class PortalAdminSite(AdminSite):
    """Django's admin under the portal's name, with the portal's own sign-in."""

    site_title = _("VP-portalen")
    site_header = _("VP-portalen – administration")
    index_title = _("Register")
    site_url = "/"
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever holds a role with registers today, whatever is stored in the account."""
        return may_enter_admin(request.user)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page to sign in on. Who is signed in without access to the admin is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
