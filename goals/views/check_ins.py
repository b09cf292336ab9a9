"""Check-ins: saving one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from goals.access import CHECK_IN
from goals.actions import check_ins
from goals.forms import CheckInForm
from goals.models import ExpectedResult
from goals.views.results import load_result, result_context
from vp_portal.core import access
from vp_portal.core.models import User


@require_POST
@access.writes_with_a_right
def check_in(request: HttpRequest, number: str) -> HttpResponse:
    """Saves a check-in. With htmx the answer is the page's changing part; without, a redirect to the page."""
    today = access.today()
    found = load_result(number, today, to_write=True)
    if not request.user.has_perm(CHECK_IN, found):
        raise PermissionDenied
    by_htmx = bool(request.htmx)  # type: ignore[attr-defined]  # set by its middleware
    form = CheckInForm(request.POST, plan=found.plan, on=today)
    if not (form.is_valid() and _made(request, found, form)):
        form.point_at_first_error()
        context = result_context(request, found, today, form)
        if by_htmx:
            return render(request, "goals/_result_answer.html", context)
        return render(request, "goals/result.html", context, status=422)
    if not by_htmx:
        return redirect("goals:result", number=number)
    return render(request, "goals/_result_answer.html", result_context(request, found, today) | {"saved": True})


def _made(request: HttpRequest, found: ExpectedResult, form: CheckInForm) -> bool:
    """Whether the check-in was saved; what stands in the way is added to the form."""
    assert isinstance(request.user, User)  # noqa: S101 - the right to check in was asked for
    values = dict(form.cleaned_data)
    seen = values.pop("seen")
    newest = found.check_ins.order_by("-pk").select_related("made_by").first()
    try:
        check_ins.make(result=found, by=request.user, at=timezone.now(), **values)
    except check_ins.CheckInInvalidError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Avstämningen är sparad."))
    if newest and newest.pk != seen and newest.made_by != request.user:
        messages.info(
            request, _("%(who)s gjorde en avstämning medan du skrev. Båda finns kvar.") % {"who": newest.made_by}
        )
    return True
