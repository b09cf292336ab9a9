"""What someone had written when the sign-in was over: kept in the browser's new session until the same person, signed
in again, sees it in its form. A view takes part by naming the page that has the form; the form carries `mark`, a signed
field that says who it was shown to. What nobody can be shown to have written is not kept."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

_KEY = "kept_form"
#: The hidden field of a form that may be kept.
FIELD = "written_by"
_signer = Signer(salt="vp_portal.core.kept")
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


def mark(request: HttpRequest) -> str:
    """The value of `FIELD` in a form that is shown to this user."""
    return _signer.sign(str(request.user.pk))


def keep(request: HttpRequest) -> str:
    """Keeps a posted form for the user that its mark names; where to go after signing in, empty where nothing is."""
    page = page_of(request)
    user_id = _written_by(request.POST.get(FIELD, "")) if page else None
    values = {name: value for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", FIELD}}
    if user_id and values and sum(map(len, values.values())) <= MOST:
        request.session[_KEY] = {"page": page, "user": user_id, "values": values}
    return page


def _written_by(signed: str) -> int | None:
    try:
        return int(_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None


def written(request: HttpRequest, page: str) -> dict[str, Any] | None:
    """What was kept for the form of a page, untested, if it is this user's."""
    found = request.session.get(_KEY)
    if not found or found["page"] != page or found["user"] != request.user.pk:
        return None
    values: dict[str, Any] = found["values"]
    return values


def forget_others(request: HttpRequest, user_id: int) -> None:
    """Throws away what somebody else wrote, when a user signs in with the same browser."""
    if request.session.get(_KEY, {}).get("user") != user_id:
        forget(request)


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, but a form that comes too late isn't lost, and htmx leads the whole page to the sign-in."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        page = keep(request)
        answer = redirect_to_login(page) if page else super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": answer.headers["Location"]})
        return answer
