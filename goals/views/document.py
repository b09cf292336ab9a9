"""The plan as a document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from goals.models import Plan
from goals.reports import document as document_report
from goals.reports.gaps import plan_gaps
from goals.reports.tree import plan_tree
from goals.views.tree import tabs
from vp_portal.core import access


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
        "tabs": tabs(plan_gaps(tree), "document"),
        "may_write": request.user.has_perm("goals.change_plansection"),
    }
    return render(request, "goals/document.html", context)
