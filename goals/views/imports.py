"""Reading a plan document into the portal: the file, what it would change, and the yes to that."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goals.access import OWN_PLAN
from goals.actions import plans
from goals.content import PlanContent, canonical, sha256
from goals.document_forms import ConfirmImportForm, ImportForm
from goals.importing.document import Document, DocumentError, Problem
from goals.importing.parse import parse
from goals.importing.source import read_text
from goals.importing.word import as_markdown
from goals.models import Plan
from goals.reports.content import content_of
from goals.reports.difference import difference
from goals.views.plans import chosen_plan, crumbs, url_of
from vp_portal.core import access

SHOWN = 30
MOST_BYTES = 10_000_000
_ZIP = b"PK\x03\x04"


def _target(request: HttpRequest) -> Plan | None:
    """The plan to read into, for those who own it; None makes a new one."""
    if not request.user.has_perm(OWN_PLAN):
        raise PermissionDenied
    return chosen_plan(request, access.today())


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest) -> HttpResponse:
    """Takes a file and shows what it would create, change and drop. Nothing is stored."""
    plan = _target(request)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if not form.is_bound or not form.is_valid():
        return _ask(request, plan, form)
    file = form.cleaned_data["file"]
    text = ""
    try:
        if file.size > MOST_BYTES:
            raise DocumentError([Problem(1, _("Filen är större än 10 MB. En plan kan inte vara så stor."))])
        data = file.read()
        text = as_markdown(data) if data.startswith(_ZIP) else read_text(data)
        return _preview(request, plan, text, file.name)
    except (DocumentError, plans.YearsDifferError, plans.YearsMissingError, plans.PlanAmbiguousError) as error:
        return _ask(request, plan, form, problems=_lines(error, text))


def _ask(
    request: HttpRequest, plan: Plan | None, form: ImportForm, problems: list[tuple[int, str, str]] | None = None
) -> HttpResponse:
    today = access.today()
    context = {
        "plan": plan,
        "form": form,
        "problems": (problems or [])[:SHOWN],
        "more": max(len(problems or []) - SHOWN, 0),
        "crumbs": crumbs(plan, today) if plan else [],
        "back": url_of(plan, today) if plan else "",
    }
    return render(request, "goals/document_import.html", context, status=422 if problems or form.errors else 200)


def _lines(error: Exception, text: str) -> list[tuple[int, str, str]]:
    """(line, why, what stands there) of everything that is the matter."""
    if isinstance(error, DocumentError):
        lines = text.split("\n")
        return [
            (each.line, each.reason, lines[each.line - 1][:120] if each.line <= len(lines) else "")
            for each in error.problems
        ]
    reasons: dict[type, str] = {
        plans.YearsDifferError: _("Rubrikernas år är inte planens. Välj rätt plan, eller skapa den nya planen först."),
        plans.YearsMissingError: _("Ingen rubrik säger vilka år planen gäller, till exempel ”02 Riktning 2024-2026”."),
        plans.PlanAmbiguousError: _("Det finns flera planer för de åren, i olika enheter."),
    }
    return [(1, reasons[type(error)], "")]


def _preview(request: HttpRequest, plan: Plan | None, text: str, name: str) -> HttpResponse:
    """What the import would do, worked out by doing it and taking it back."""
    document, today = parse(text), access.today()
    before = content_of(plan, today) if plan else None
    outcome, after = _tried(plan, document, today)
    confirm = ConfirmImportForm(initial={"text": text, "name": name[:255], "seen": _seen(before), "drop": False})
    context = {
        "plan": plan,
        "title": outcome.plan,
        "outcome": outcome,
        "differs": difference(before, after) if before else None,
        "form": confirm,
        "name": name,
        "crumbs": crumbs(plan, today) if plan else [],
        "back": url_of(plan, today) if plan else "",
        "query": f"?plan={plan.pk}" if plan else "",
    }
    return render(request, "goals/document_import_preview.html", context)


def _seen(content: PlanContent | None) -> str:
    return sha256(canonical(content)) if content else "-"


def _tried(plan: Plan | None, document: Document, today: Any) -> tuple[plans.ImportOutcome, PlanContent]:
    with transaction.atomic():
        outcome = plans.import_document(document, into=plan, drop_on=today)
        after = content_of(Plan.objects.get(pk=outcome.pk), today)
        transaction.set_rollback(True)
    return outcome, after


@require_POST
@access.writes_with_a_right
def confirm(request: HttpRequest) -> HttpResponse:
    """Does what the preview showed; a plan that has changed meanwhile is shown anew."""
    plan, today = _target(request), access.today()
    form = ConfirmImportForm(request.POST)
    if not form.is_valid():
        return redirect("goals:import")
    text = form.cleaned_data["text"]
    try:
        text = read_text(text.encode())
        document = parse(text)
        if _seen(content_of(plan, today) if plan else None) != form.cleaned_data["seen"]:
            messages.info(request, _("Planen har ändrats sedan förhandsvisningen. Läs igenom den igen."))
            return _preview(request, plan, text, form.cleaned_data["name"])
        outcome = plans.import_document(
            document,
            into=plan,
            drop_on=today if form.cleaned_data["drop"] else None,
            reason=_("Inläst från %(file)s") % {"file": form.cleaned_data["name"] or _("en fil")},
            by=request.user,  # type: ignore[arg-type]  # signed in
        )
    except (DocumentError, plans.YearsDifferError, plans.YearsMissingError, plans.PlanAmbiguousError) as error:
        return _ask(request, plan, ImportForm(), problems=_lines(error, text))
    words = _("Planen är inläst: %(new)s nya, %(changed)s ändrade, %(dropped)s utgångna.")
    counts = {"new": len(outcome.created), "changed": len(outcome.changed), "dropped": len(outcome.dropped)}
    messages.success(request, words % counts)
    return redirect(url_of(Plan.objects.get(pk=outcome.pk), today))
