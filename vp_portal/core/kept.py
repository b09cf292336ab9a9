"""What someone had written when the sign-in was over: kept in the browser's new session until the same person, signed
in again, sees it in its form. A view takes part by naming the page that has the form."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

_KEY = "kept_form"
#: Characters of one form. What is longer isn't kept: anyone may post to an address that asks for a sign-in.
MOST = 50_000

View = Callable[..., HttpResponseBase]


def keeps_what_is_written(page: Callable[..., str]) -> Callable[[View], View]:
    """Marks a view that takes a form. `page`, called with the view's own arguments, is where the form stands."""

    def marked(view: View) -> View:
        view.kept_page = page  # type: ignore[attr-defined]  # an attribute of a function
        return view

    return marked


def page_of(request: HttpRequest) -> str:
    """The page with the form that was posted; empty where its view keeps nothing."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return ""
    page = getattr(match.func, "kept_page", None)
    return page(*match.args, **match.kwargs) if page and request.method == "POST" else ""


def keep(request: HttpRequest, *, user_id: int | None) -> str:
    """Keeps a posted form; where to go after signing in, empty where nothing is kept. Without `user_id` nobody knows
    whose it is: then it is for whoever signs in with the same browser."""
    page = page_of(request)
    values = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"} if page else {}
    if sum(map(len, values.values())) <= MOST and values:
        request.session[_KEY] = {"page": page, "user": user_id, "values": values}
    return page


def written(request: HttpRequest, page: str) -> dict[str, Any] | None:
    """What was kept for the form of a page, untested, if it is this user's."""
    found = request.session.get(_KEY)
    if not found or found["page"] != page or found["user"] not in (None, request.user.pk):
        return None
    values: dict[str, Any] = found["values"]
    return values


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, but a form that comes too late isn't lost, and htmx leads the whole page to the sign-in."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        page = keep(request, user_id=None)
        answer = redirect_to_login(page) if page else super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": answer.headers["Location"]})
        return answer
