"""The plan as a document, as it is now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from goals.access import OWN_PLAN
from goals.choices import ExportFormat
from goals.models import Plan
from goals.reports.content import content_of, with_blocks
from goals.reports.difference import difference
from goals.reports.document import document_view
from goals.reports.gaps import plan_gaps
from goals.reports.tree import plan_tree
from goals.reports.versions import latest_version
from goals.views.plans import chosen_plan
from goals.views.tree import tabs
from services.access import person_of
from vp_portal.core.as_known import MONEY, PLAN
from vp_portal.core.looking_back import can_look_back, day_of, is_back


@require_GET
@can_look_back(PLAN, MONEY)
def document(request: HttpRequest) -> HttpResponse:
    """The whole plan on one page, with what is left to write and what has changed since it was decided."""
    today = day_of(request)
    plan = chosen_plan(request, today)
    if plan is None:
        return render(request, "goals/no_plan.html", {"may_own": request.user.has_perm(OWN_PLAN)})
    tree = plan_tree(plan, today)
    content = content_of(plan, today)
    version = latest_version(plan)
    shown = document_view(with_blocks(content, plan, today, request.user, tree=tree))  # type: ignore[arg-type]  # signed in
    may_own = request.user.has_perm(OWN_PLAN)
    own = _rows(request, plan, may_own=may_own)
    context = {
        "plan": plan,
        "document": shown,
        "sections": [(section, *own.get(section.identity, ("", None))) for section in shown.sections],
        "tabs": tabs(plan_gaps(tree), "document"),
        "may_own": may_own,
        "version": version,
        "changes": difference(version.as_content, content).count if version else None,
        "others": Plan.objects.exclude(pk=plan.pk).order_by("-first_year", "pk"),
        "formats": ExportFormat.choices,
        "export_query": f"&plan={plan.pk}",
        "query": f"?plan={plan.pk}" if request.GET.get("plan") else "",
    }
    return render(request, "goals/document.html", context)


def _rows(request: HttpRequest, plan: Plan, *, may_own: bool) -> dict[str, tuple[str, int | None]]:
    """Of each section, by its identity: its author's name, and its key where the reader may write it."""
    person = None if is_back(request) else person_of(request.user)

    def writes(author: int | None) -> bool:
        return not is_back(request) and (may_own or (person is not None and author == person.pk))

    rows = plan.sections.order_by().values_list("pk", "identity", "author_id", "author__name")
    return {str(key): (name or "", pk if writes(author) else None) for pk, key, author, name in rows}
