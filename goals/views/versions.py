"""Deciding the plan, reading what was decided, comparing it with the plan as it is, and revising it for a new year."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from goals.access import OWN_PLAN
from goals.actions import decide as deciding
from goals.actions.revise import revise as make_revision
from goals.choices import ExportFormat
from goals.content import canonical, sha256
from goals.document_forms import DecideForm, ReviseForm
from goals.models import ExpectedResult, Plan
from goals.numbering import in_order
from goals.reports.content import content_of, decidable
from goals.reports.difference import difference
from goals.reports.document import document_view
from goals.reports.gaps import plan_gaps
from goals.reports.tree import plan_tree
from goals.reports.versions import latest_version, version_of
from goals.views.plans import chosen_plan, crumbs, load_version, own_plan, url_of
from vp_portal.core import access
from vp_portal.core.models import User


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """What has been decided of a plan, the latest first."""
    today = access.today()
    plan = chosen_plan(request, today)
    if plan is None:
        return render(request, "goals/no_plan.html", {"may_own": request.user.has_perm(OWN_PLAN)})
    context = {
        "plan": plan,
        "versions": [version_of(row) for row in plan.decided.all()],
        "crumbs": crumbs(plan, today),
        "may_own": request.user.has_perm(OWN_PLAN),
        "query": f"?plan={plan.pk}" if request.GET.get("plan") else "",
    }
    return render(request, "goals/document_versions.html", context)


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as it was decided."""
    row = load_version(pk)
    found = version_of(row)
    context = {
        "plan": row.plan,
        "version": found,
        "document": document_view(found.as_content),
        "crumbs": _crumbs(row.plan),
        "changes_url": reverse("goals:version_changes", args=[found.pk]),
        "formats": ExportFormat.choices,
        "export_query": f"&version={found.pk}",
    }
    return render(request, "goals/document_version.html", context)


@require_GET
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs between a decided version and the plan as it is, words marked."""
    row = load_version(pk)
    found = version_of(row)
    differs = difference(found.as_content, content_of(row.plan, access.today()))
    context = {"plan": row.plan, "version": found, "differs": differs, "crumbs": _crumbs(row.plan)}
    return render(request, "goals/document_changes.html", context)


def _crumbs(plan: Plan) -> list[dict[str, Any]]:
    today = access.today()
    return crumbs(plan, today, (_("Beslutade versioner"), f"{reverse('goals:versions')}?plan={plan.pk}"))


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def decide(request: HttpRequest) -> HttpResponse:
    """The decision on the plan as it is: what stands in the way is shown, and does not hinder."""
    today = access.today()
    plan = own_plan(request, today)
    content = decidable(plan, today)
    seen = sha256(canonical(content))
    if request.method != "POST":
        return _show_decide(request, plan, content, DecideForm(initial={"seen": seen, "decided_on": today}))
    form = DecideForm(request.POST)
    try:
        if form.is_valid():
            facts = form.cleaned_data
            assert isinstance(request.user, User)  # noqa: S101 - the right to decide was asked for
            made = deciding.decide(
                plan,
                lambda: decidable(plan, today),
                on=today,
                at=timezone.now(),
                by=request.user,
                request=request,
                **facts,
            )
            text = _("Version %(version)s är beslutad och låst.") % {"version": made.version}
            messages.success(request, text)
            return redirect("goals:version", made.pk)
    except deciding.PlanChangedError:
        form = DecideForm(_with(request.POST, seen=seen))
        form.add_error(None, _("Planen har ändrats sedan sidan visades. Läs igenom den och besluta sedan igen."))
    except ValidationError as error:
        form.add_error(None, error)
    return _show_decide(request, plan, content, form, status=422)


def _with(data: QueryDict, **values: str) -> QueryDict:
    data = data.copy()
    for name, value in values.items():
        data[name] = value
    return data


def _show_decide(request: HttpRequest, plan: Plan, content: Any, form: DecideForm, status: int = 200) -> HttpResponse:
    latest, today = latest_version(plan), access.today()
    context = {
        "plan": plan,
        "form": form,
        "document": document_view(content),
        "gaps": len(plan_gaps(plan_tree(plan, today))),
        "latest": latest,
        "changes": difference(latest.as_content, content).count if latest else None,
        "crumbs": crumbs(plan, today),
        "back": url_of(plan, today),
    }
    return render(request, "goals/document_decide.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def revise(request: HttpRequest) -> HttpResponse:
    """The next year's plan out of this one."""
    today = access.today()
    plan = own_plan(request, today)
    results = ExpectedResult.objects.filter(plan=plan).in_force(today)
    form = ReviseForm(request.POST if request.method == "POST" else None, plan=plan, results=results)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        keep = {result.pk for result in facts["keep"]}
        try:
            made = make_revision(
                plan,
                first_year=facts["first_year"],
                last_year=facts["last_year"],
                keep=keep,
                on=today,
                by=request.user,  # type: ignore[arg-type]  # signed in
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(plan)s är skapad.") % {"plan": made})
            return redirect(f"{reverse('goals:document')}?plan={made.pk}")
    chosen = set(map(str, form["keep"].value() if form.is_bound else results.values_list("pk", flat=True)))
    ordered = sorted(results, key=lambda result: in_order(result.number))
    context = {
        "plan": plan,
        "form": form,
        "results": [(result, str(result.pk) in chosen) for result in ordered],
        "crumbs": crumbs(plan, today),
        "back": url_of(plan, today),
    }
    return render(request, "goals/document_revise.html", context, status=422 if form.errors else 200)
