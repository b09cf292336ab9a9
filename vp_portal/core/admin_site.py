from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import may_enter_admin, writes_with_a_right

METHODS = ("GET", "HEAD", "POST")


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

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT002
        """Who is signed in without a register is told so; pages are read and forms posted, nothing else."""
        inner = super().admin_view(view, cacheable)
        write = writes_with_a_right(inner)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest  # No text in the database can hold a NUL, and asking for it is an error.
            answer = write if request.method == "POST" else inner
            return answer(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def get_urls(self) -> list[Any]:
        """Without the address that leads from any row's number to its page: it told which rows exist."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page to sign in on. Who is signed in without access to the admin is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
