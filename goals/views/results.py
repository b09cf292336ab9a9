"""The page of an expected result."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from goals.access import CHECK_IN, REVIEW
from goals.forms import CheckInForm, ReadingForm, ReviewForm, occasion_to_report
from goals.models import CheckInDraft, ExpectedResult, Indicator, Plan
from goals.occasions import Occasion
from goals.reports.result_page import ResultPage, first_day_after, result_page
from vp_portal.core import kept
from vp_portal.core.as_known import PLAN
from vp_portal.core.looking_back import can_look_back, day_of, is_back


@require_GET
@can_look_back(PLAN)
def result(request: HttpRequest, number: str) -> HttpResponse:
    """One expected result: where it stands, its course, its check-ins and the form for the next one."""
    today = day_of(request)
    try:
        found = load_result(number, today)
    except Http404:
        first = first_day_after(number, today) if is_back(request) else None
        if first is None:
            raise
        return render(request, "goals/result_not_yet.html", {"number": number, "first": first})
    return render(request, "goals/result.html", result_context(request, found, today))


def load_result(number: str, today: dt.date, *, to_write: bool = False) -> ExpectedResult:
    """The result with that number in the plan of the day, or 404. `to_write`: nobody else gets to lead it meanwhile."""
    results = ExpectedResult.objects.select_related(
        *("plan__follow_up", "focus_area", "goal", "owner", "deputy", "reviewer", "unit", "parent"),
        *("owner__user", "deputy__user"),
    )
    if to_write:
        results = results.select_for_update(no_key=True, of=("self",))
    found = results.filter(plan=Plan.objects.current(today), number=number).first()
    if found is None:
        raise Http404(_("Planen har inget resultat med det numret."))
    return found


def result_context(
    request: HttpRequest,
    found: ExpectedResult,
    today: dt.date,
    form: CheckInForm | None = None,
    review: ReviewForm | None = None,
    reading: ReadingForm | None = None,
) -> dict[str, Any]:
    """Of a result's page. `form`, `review` and `reading` are those that were refused, with their errors."""
    page = result_page(found, today)
    context = {
        "page": page,
        "result": found,
        "row": page.row,
        "today": today,
        "crumbs": _crumbs(found),
        "review": review or _review_form(request, page),
    }
    if request.user.has_perm(CHECK_IN, found):
        draft = CheckInDraft.objects.filter(result=found, user=request.user.pk).first()
        late = kept.written(request, form_page(number=found.number))
        values = late or (draft.values if draft else None)
        context |= {"form": form or _next_form(request, page, today, values), "draft": draft, "kept": late}
        context["mark"] = kept.mark(request)
        context["reading"] = reading or (
            ReadingForm(None, result=found, on=today, initial={"on": today}) if page.measures else None
        )
    return context


def form_page(*, number: str) -> str:
    """Where the form for a result's check-in stands."""
    return f"{reverse('goals:result', args=[number])}#check-in"


def _next_form(request: HttpRequest, page: ResultPage, today: dt.date, values: dict[str, Any] | None) -> CheckInForm:
    occasion = _chosen(request.GET.get("occasion", "")) or occasion_to_report(page.reported, page.result, today)
    initial = CheckInForm.prefilled(page.latest, occasion) | (values or {})
    indicators = [each.indicator for each in page.measures if not each.indicator.is_computed]
    return CheckInForm(None, result=page.result, on=today, indicators=indicators, initial=initial)


def measures_to_read(found: ExpectedResult, on: dt.date) -> "QuerySet[Indicator]":
    """Those whose value a check-in can give."""
    return found.indicators.manual().in_force(on).order_by("name")


def _chosen(text: str) -> Occasion | None:
    try:
        return Occasion.parse(text)
    except ValueError:
        return None


def _review_form(request: HttpRequest, page: ResultPage) -> ReviewForm | None:
    """For the reviewer, while the check-in that stands has no answer and is somebody else's."""
    latest = page.latest
    if latest is None or not page.waits_for_review or latest.made_by_id == request.user.pk:
        return None
    if not request.user.has_perm(REVIEW, page.result):
        return None
    return ReviewForm(initial={"check_in": latest.pk})


def _crumbs(found: ExpectedResult) -> list[dict[str, str]]:
    url = reverse("goals:plan")
    crumbs = [
        {"label": _("Plan"), "url": url},
        {"label": str(found.focus_area), "url": f"{url}#{found.focus_area.number}"},
    ]
    if found.parent:
        crumbs.append({"label": str(found.parent), "url": reverse("goals:result", args=[found.parent.number])})
    return crumbs
