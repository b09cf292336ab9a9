"""The plan's pages."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from goals.access import CHECK_IN
from goals.actions import check_ins
from goals.choices import STATUS_TONE, Status
from goals.forms import CheckInForm, PlanFilter, tertial_to_report
from goals.models import ExpectedResult, Plan
from goals.reports import document as document_report
from goals.reports.gaps import Gap, GapKind, plan_gaps
from goals.reports.plan_page import Filters, narrowed, shown
from goals.reports.result_page import ResultPage, result_page
from goals.reports.rows import begins
from goals.reports.tree import PlanTree, plan_tree
from services.models import OrgUnit
from services.models.unit import ids_below
from vp_portal.core import access, small_charts
from vp_portal.core.models import User

GAPS = "gaps"


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """The whole plan as a tree, or what it lacks."""
    today = access.today()
    current = Plan.objects.current(today)
    if current is None:
        return render(request, "goals/no_plan.html")
    tree = plan_tree(current, today)
    gaps = plan_gaps(tree)
    showing_gaps = request.GET.get("view") == GAPS
    context = {"plan": current, "tree": tree, "today": today, "tabs": _tabs(gaps, GAPS if showing_gaps else "")}
    if showing_gaps:
        repairs = [(gap, *_repair(request, gap)) for gap in gaps]
        groups = [(kind.label, [each for each in repairs if each[0].kind == kind]) for kind in GapKind]
        return render(request, "goals/gaps.html", context | {"groups": groups})
    return render(request, "goals/plan.html", context | _tree_context(request, tree, today))


def _tree_context(request: HttpRequest, tree: PlanTree, today: dt.date) -> dict[str, Any]:
    units = {unit.code: unit for unit in OrgUnit.objects.on(today)}
    form = PlanFilter(request.GET, tree, [(unit.code, unit.name) for unit in units.values()])
    form.is_valid()
    chosen = form.cleaned_data
    unit = units.get(chosen.get("unit", ""))
    filters = Filters(
        focus=chosen.get("focus", ""),
        status=chosen.get("status", ""),
        owner=chosen.get("owner", ""),
        units=frozenset(ids_below([unit.pk], today)) if unit else None,
        late=chosen.get("late", ""),
    )
    areas = narrowed(tree, filters)
    return {
        "form": form,
        "areas": [(area, _parts(area.counts)) for area in areas],
        "filtered": filters != Filters(),
        "shown": shown(areas),
        "total": len(tree.rows),
        "total_top": len(tree.figure.parts),
        "total_parts": len(tree.rows) - len(tree.figure.parts),
        "late": sum(row.is_late for row in tree.rows),
        "overdue": sum(row.is_overdue for row in tree.rows),
    }


def _parts(counts: list[tuple[Status, int]]) -> list[small_charts.Part]:
    return small_charts.parts([(str(status.label).lower(), count, STATUS_TONE[status]) for status, count in counts])


def _tabs(gaps: list[Gap], current: str) -> list[dict[str, Any]]:
    url = reverse("goals:plan")
    return [
        {"label": _("Planen"), "url": url, "current": not current},
        {"label": _("Luckor"), "url": f"{url}?view={GAPS}", "current": current == GAPS, "count": len(gaps)},
        {"label": _("Dokumentet"), "url": reverse("goals:document"), "current": current == "document"},
    ]


def _repair(request: HttpRequest, gap: Gap) -> tuple[str, str]:
    """Address in the admin and text of the link to where a gap is put right; empty for those who may not."""
    verb = "add" if gap.kind == GapKind.NO_GOAL else "change"
    if not request.user.has_perm(f"goals.{verb}_{gap.model}"):
        return "", ""
    labels = {
        GapKind.NO_GOAL: _("Skriv ett mål"),
        GapKind.NO_OWNER: _("Utse ansvarig"),
        GapKind.NO_DUE_DATE: _("Sätt slutdatum"),
        GapKind.UNWRITTEN: _("Skriv avsnittet"),
    }
    try:
        if gap.kind == GapKind.NO_GOAL:
            return f"{reverse('admin:goals_goal_add')}?focus_area={gap.pk}", labels[gap.kind]
        return reverse(f"admin:goals_{gap.model}_change", args=[gap.pk]), labels[gap.kind]
    except NoReverseMatch:
        return "", ""


@require_GET
def document(request: HttpRequest) -> HttpResponse:
    """The plan as a document."""
    today = access.today()
    current = Plan.objects.current(today)
    if current is None:
        return render(request, "goals/no_plan.html")
    tree = plan_tree(current, today)
    context = {
        "plan": current,
        "sections": document_report.sections(tree),
        "tabs": _tabs(plan_gaps(tree), "document"),
        "may_write": request.user.has_perm("goals.change_plansection"),
    }
    return render(request, "goals/document.html", context)


@require_GET
def result(request: HttpRequest, number: str) -> HttpResponse:
    """One expected result: where it stands, its course, its check-ins and the form for the next one."""
    today = access.today()
    found = load_result(number, today)
    return render(request, "goals/result.html", _result_context(request, found, today))


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
        context = _result_context(request, found, today, form)
        if by_htmx:
            return render(request, "goals/_result_answer.html", context)
        return render(request, "goals/result.html", context, status=422)
    if not by_htmx:
        return redirect("goals:result", number=number)
    return render(request, "goals/_result_answer.html", _result_context(request, found, today) | {"saved": True})


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


def _result_context(
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
