"""The plan as a tree, and what it lacks."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from goals.choices import STATUS_TONE, Status
from goals.forms import filter_form
from goals.reports.alignment import alignment as alignment_report
from goals.reports.gaps import Gap, GapKind, plan_gaps
from goals.reports.plan_page import Filters, narrowed, shown
from goals.reports.tree import PlanTree, current_plan, plan_tree
from services.models import OrgUnit
from services.models.unit import ids_below
from vp_portal.core import small_charts
from vp_portal.core.as_known import PLAN
from vp_portal.core.looking_back import can_look_back, day_of
from vp_portal.core.prepared import Prepared

GAPS, MEASURES = "gaps", "measures"


@require_GET
@can_look_back(PLAN)
def plan(request: HttpRequest) -> HttpResponse:
    """The whole plan as a tree, or what it lacks."""
    today = day_of(request)
    current = current_plan(today)
    if current is None:
        return render(request, "goals/no_plan.html")
    tree = plan_tree(current, today)
    gaps = plan_gaps(tree)
    showing_gaps = request.GET.get("view") == GAPS
    context = {"plan": current, "tree": tree, "today": today, "tabs": tabs(gaps, GAPS if showing_gaps else "")}
    if showing_gaps:
        repairs = [(gap, *_repair(request, gap)) for gap in gaps]
        groups = [(kind.label, [each for each in repairs if each[0].kind == kind]) for kind in GapKind]
        return render(request, "goals/gaps.html", context | {"groups": groups})
    return render(request, "goals/plan.html", context | _tree_context(request, tree, today))


@require_GET
@can_look_back(PLAN)
def alignment(request: HttpRequest) -> HttpResponse:
    """Which goals above the plan its results serve, and what is without on either side."""
    today = day_of(request)
    current = current_plan(today)
    if current is None:
        return render(request, "goals/no_plan.html")
    tree = plan_tree(current, today)
    context = {
        "plan": current,
        "tabs": tabs(plan_gaps(tree), "alignment"),
        "alignment": alignment_report(current, tree),
        "may_change": request.user.has_perm("goals.change_expectedresult"),
    }
    return render(request, "goals/alignment.html", context)


_units = Prepared(lambda day: OrgUnit.objects.on(day).values_list("pk", "code", "name"), day=dt.date)


def _tree_context(request: HttpRequest, tree: PlanTree, today: dt.date) -> dict[str, Any]:
    units = _units(day=today)
    form = filter_form(request.GET, tree, tuple((code, name) for _pk, code, name in units))
    chosen = form.cleaned_data
    unit = next((pk for pk, code, _name in units if code == chosen.get("unit")), None)
    filters = Filters(
        focus=chosen.get("focus", ""),
        status=chosen.get("status", ""),
        owner=chosen.get("owner", ""),
        units=frozenset(ids_below([unit], today)) if unit else None,
        late=chosen.get("late", ""),
    )
    areas = narrowed(tree, filters)
    return {
        "form": form,
        "areas": tuple((area, _parts(area.counts)) for area in areas),
        "filtered": filters != Filters(),
        "shown": shown(areas),
        "total": len(tree.rows),
        "total_top": len(tree.figure.parts),
        "total_parts": len(tree.rows) - len(tree.figure.parts),
        "late": sum(row.is_late for row in tree.rows),
        "overdue": sum(row.is_overdue for row in tree.rows),
    }


def _parts(counts: list[tuple[Status, int]]) -> tuple[small_charts.Part, ...]:
    named = [(str(status.label).lower(), count, STATUS_TONE[status]) for status, count in counts]
    return tuple(small_charts.parts(named))


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None


def tabs(gaps: Sequence[Gap], current: str) -> tuple[Tab, ...]:
    """The plan's parts, with the number of gaps."""
    return _tabs(len(gaps), current, get_language())


@lru_cache(maxsize=256)
def _tabs(gaps: int, current: str, _language: str | None) -> tuple[Tab, ...]:
    url = reverse("goals:plan")
    return (
        Tab(_("Planen"), url, not current),
        Tab(_("Luckor"), f"{url}?view={GAPS}", current == GAPS, gaps),
        Tab(_("Mått"), reverse("goals:measures"), current == MEASURES),
        Tab(_("Kalender"), reverse("goals:calendar"), current == "calendar"),
        Tab(_("Bidrag"), reverse("goals:alignment"), current == "alignment"),
        Tab(_("Dokumentet"), reverse("goals:document"), current == "document"),
    )


def _repair(request: HttpRequest, gap: Gap) -> tuple[str, str]:
    """Address in the admin and text of the link to where a gap is put right; empty for those who may not."""
    verb = "add" if gap.kind in {GapKind.NO_GOAL, GapKind.NO_MEASURE} else "change"
    if not request.user.has_perm(f"goals.{verb}_{gap.model}"):
        return "", ""
    labels = {
        GapKind.NO_GOAL: _("Skriv ett mål"),
        GapKind.NO_OWNER: _("Utse ansvarig"),
        GapKind.NO_DUE_DATE: _("Sätt slutdatum"),
        GapKind.NO_MEASURE: _("Lägg till ett mått"),
        GapKind.UNWRITTEN: _("Skriv avsnittet"),
    }
    try:
        if gap.kind == GapKind.NO_GOAL:
            return f"{reverse('admin:goals_goal_add')}?focus_area={gap.pk}", labels[gap.kind]
        if gap.kind == GapKind.NO_MEASURE:
            return f"{reverse('admin:goals_indicator_add')}?result={gap.pk}", labels[gap.kind]
        return reverse(f"admin:goals_{gap.model}_change", args=[gap.pk]), labels[gap.kind]
    except NoReverseMatch:
        return "", ""
