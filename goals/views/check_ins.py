"""Check-ins: making one, keeping a draft of it, reviewing it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from goals.access import CHECK_IN, REVIEW
from goals.actions import check_ins, measures
from goals.choices import Review
from goals.forms import CheckInForm, ReadingForm, ReviewForm
from goals.models import CheckIn, ExpectedResult
from goals.views.results import form_page, load_result, measures_to_read, result_context
from vp_portal.core import access, kept
from vp_portal.core.models import User


@kept.keeps_what_is_written(form_page)
@require_POST
@access.writes_with_a_right
def check_in(request: HttpRequest, number: str) -> HttpResponse:
    """Saves a check-in. With htmx the answer is the page's changing part; without, a redirect to the page."""
    today = access.today()
    found = _to_write(request, number, CHECK_IN)
    form = CheckInForm(request.POST, result=found, on=today, indicators=measures_to_read(found, today))
    if not (form.is_valid() and _made(request, found, form)):
        form.point_at_first_error()
        return _refused(request, result_context(request, found, today, form))
    kept.forget(request)
    return _done(request, found, _("Avstämningen är sparad."))


@kept.keeps_what_is_written(form_page)
@require_POST
@access.writes_with_a_right
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keeps what is written so far, untested, for the same person; or throws it away (`drop`)."""
    found = _to_write(request, number, CHECK_IN)
    by, now = _user(request), timezone.now()
    if "drop" in request.POST:
        check_ins.drop_draft(result=found, by=by)
        kept.forget(request)
        messages.success(request, _("Utkastet är borta."))
        return redirect("goals:result", number=number)
    values = {name: request.POST[name] for name in CheckInForm.base_fields if name in request.POST}
    if sum(map(len, values.values())) > kept.MOST:
        return _not_kept(request, found)
    saved = check_ins.save_draft(result=found, values=values, by=by, at=now)
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "goals/_draft.html", {"draft": saved})
    messages.success(request, _("Utkastet är sparat. Bara du ser det."))
    return redirect(form_page(number=number))


def _not_kept(request: HttpRequest, found: ExpectedResult) -> HttpResponse:
    messages.error(request, _("Texten är för lång för ett utkast."))
    today = access.today()
    form = CheckInForm(request.POST, result=found, on=today, indicators=measures_to_read(found, today))
    return render(request, "goals/result.html", result_context(request, found, today, form), status=422)


@require_POST
@access.writes_with_a_right
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The reviewer's answer to the check-in that stands."""
    today = access.today()
    found = _to_write(request, number, REVIEW)
    form = ReviewForm(request.POST)
    if not (form.is_valid() and _reviewed(request, found, form)):
        return _refused(request, result_context(request, found, today, review=form))
    said = form.cleaned_data["answer"]
    text = _("Avstämningen är kvitterad.") if said == Review.ACKNOWLEDGED else _("Avstämningen är återlämnad.")
    return _done(request, found, text)


@require_POST
@access.writes_with_a_right
def reading(request: HttpRequest, number: str) -> HttpResponse:
    """Adds the reading of a measure."""
    today = access.today()
    found = _to_write(request, number, CHECK_IN)
    form = ReadingForm(request.POST, result=found, on=today)
    if form.is_valid():
        try:
            measures.record(by=_user(request), at=timezone.now(), **form.cleaned_data)
        except measures.ReadingInvalidError as error:
            form.add_error(None, error)
    if form.errors:
        return _refused(request, result_context(request, found, today, reading=form))
    return _done(request, found, _("Avläsningen är sparad."))


def _to_write(request: HttpRequest, number: str, right: str) -> ExpectedResult:
    found = load_result(number, access.today(), to_write=True)
    if not request.user.has_perm(right, found):
        raise PermissionDenied
    return found


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - a right was asked for
    return request.user


def _refused(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return render(request, "goals/_result_answer.html", context)
    return render(request, "goals/result.html", context, status=422)


def _done(request: HttpRequest, found: ExpectedResult, text: str) -> HttpResponse:
    messages.success(request, text)
    if not request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        return redirect("goals:result", number=found.number)
    context = result_context(request, found, access.today()) | {"saved": text}
    return render(request, "goals/_result_answer.html", context)


def _made(request: HttpRequest, found: ExpectedResult, form: CheckInForm) -> bool:
    """Whether the check-in was saved; what stands in the way is added to the form."""
    by, values = _user(request), dict(form.cleaned_data)
    seen = values.pop("seen")
    newest = found.check_ins.order_by("-pk").select_related("made_by").first()
    before = CheckIn.objects.filter(result=found, pk=seen).first() if seen else None
    try:
        check_ins.make(result=found, corrects=before, by=by, at=timezone.now(), reading=form.reading, **values)
    except check_ins.CheckInInvalidError as error:
        form.add_error(None, error)
        return False
    if newest and newest.pk != seen and newest.made_by != by:
        messages.info(
            request, _("%(who)s gjorde en avstämning medan du skrev. Båda finns kvar.") % {"who": newest.made_by}
        )
    return True


def _reviewed(request: HttpRequest, found: ExpectedResult, form: ReviewForm) -> bool:
    """Whether the answer was saved; what stands in the way is added to the form."""
    about = CheckIn.objects.filter(result=found, pk=form.cleaned_data["check_in"]).first()
    if about is None:
        form.add_error(None, _("Avstämningen finns inte."))
        return False
    given = {"answer": form.cleaned_data["answer"], "comment": form.cleaned_data["comment"]}
    try:
        check_ins.review(check_in=about, by=_user(request), at=timezone.now(), **given)
    except check_ins.NotReviewableError as error:
        form.add_error(None, str(error))
    except check_ins.CheckInInvalidError as error:
        form.add_error(None, error)
    return not form.errors
