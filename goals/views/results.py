"""The page of an expected result."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from goals.access import CHECK_IN
from goals.forms import CheckInForm, tertial_to_report
from goals.models import ExpectedResult, Plan
from goals.reports.result_page import ResultPage, result_page
from goals.reports.rows import begins
from vp_portal.core import access


@require_GET
def result(request: HttpRequest, number: str) -> HttpResponse:
    """One expected result: where it stands, its course, its check-ins and the form for the next one."""
    today = access.today()
    found = load_result(number, today)
    return render(request, "goals/result.html", result_context(request, found, today))


def load_result(number: str, today: dt.date, *, to_write: bool = False) -> ExpectedResult:
    """The result with that number in the plan of the day, or 404. `to_write`: nobody else gets to lead it meanwhile."""
    results = ExpectedResult.objects.select_related(
        "plan", "focus_area", "goal", "owner", "deputy", "unit", "parent", "owner__user", "deputy__user"
    )
    if to_write:
        results = results.select_for_update(no_key=True, of=("self",))
    found = results.filter(plan=Plan.objects.current(today), number=number).first()
    if found is None:
        raise Http404(_("Planen har inget resultat med det numret."))
    return found


def result_context(
    request: HttpRequest, found: ExpectedResult, today: dt.date, form: CheckInForm | None = None
) -> dict[str, Any]:
    page = result_page(found, today)
    may = request.user.has_perm(CHECK_IN, found)
    return {
        "page": page,
        "result": found,
        "row": page.row,
        "today": today,
        "form": (form or _next_form(page, today)) if may else None,
        "crumbs": _crumbs(found),
    }


def _next_form(page: ResultPage, today: dt.date) -> CheckInForm:
    tertial = tertial_to_report(page.reported, begins(page.result), today)
    return CheckInForm(None, plan=page.result.plan, on=today, initial=CheckInForm.prefilled(page.latest, tertial))


def _crumbs(found: ExpectedResult) -> list[dict[str, str]]:
    url = reverse("goals:plan")
    crumbs = [
        {"label": _("Plan"), "url": url},
        {"label": str(found.focus_area), "url": f"{url}#{found.focus_area.number}"},
    ]
    if found.parent:
        crumbs.append({"label": str(found.parent), "url": reverse("goals:result", args=[found.parent.number])})
    return crumbs
