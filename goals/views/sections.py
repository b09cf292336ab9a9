"""Writing the sections of the plan, and changing their places."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goals import blocks
from goals.access import OWN_PLAN
from goals.actions import sections
from goals.blocks import BlockContext
from goals.document_forms import NewSectionForm, SectionForm
from goals.importing.check import MOST_SIGNS, tidy
from goals.models import PlanSection
from goals.reports.difference import pieces
from goals.reports.document import shown
from goals.reports.tree import plan_tree
from goals.views.plans import crumbs, load_section, own_plan, url_of
from vp_portal.core import access, formatting
from vp_portal.core.history import names_of
from vp_portal.core.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def section(request: HttpRequest, pk: int) -> HttpResponse:
    """The section's form. Who comes second is shown what the first one changed, and loses nothing."""
    found = load_section(request, pk)
    owns = request.user.has_perm(OWN_PLAN)
    data = request.POST if request.method == "POST" else None
    form = SectionForm(data, section=found, seen=sections.seen(found), owns_plan=owns)
    if data is None:
        return render(request, "goals/section_edit.html", _context(request, found, form))
    try:
        if form.is_valid():
            _save(request, found, form)
            messages.success(request, _("Avsnitt %(number)s är sparat.") % {"number": found.number})
            return redirect(url_of(found.plan, access.today(), found.number))
    except sections.SectionChangedError as error:
        return render(request, "goals/section_edit.html", _conflict(request, found, error), status=409)
    except ValidationError as error:
        form.add_error(None, error)
    return render(request, "goals/section_edit.html", _context(request, found, form), status=422)


@transaction.atomic
def _save(request: HttpRequest, found: PlanSection, form: SectionForm) -> None:
    by = request.user
    assert isinstance(by, User)  # noqa: S101 - the right to write was asked for
    number = form.cleaned_data.get("number", found.number)
    sections.write(found, values=form.values, seen_change=form.cleaned_data["seen"], by=by)
    if number.strip().rstrip(".") != found.number:
        try:
            sections.renumber(found, number, by=by)
        except sections.PlaceError as error:
            raise ValidationError({"number": error.messages}) from None
    found.refresh_from_db()


def _context(request: HttpRequest, found: PlanSection, form: SectionForm) -> dict[str, Any]:
    today = access.today()
    tree = plan_tree(found.plan, today)
    return {
        "section": found,
        "form": form,
        "choices": blocks.choices(tree),
        "pieces": _preview(request, found, str(form["text"].value() or ""), tree),
        "crumbs": crumbs(found.plan, today),
        "may_own": request.user.has_perm(OWN_PLAN),
        "back": url_of(found.plan, today, found.number),
    }


def _preview(request: HttpRequest, found: PlanSection, text: str, tree: Any) -> list[Any]:
    """What the text will look like, live blocks included."""
    text = tidy(text[:MOST_SIGNS].replace("\0", ""))
    context = BlockContext(found.plan, tree, access.today(), request.user)  # type: ignore[arg-type]  # signed in
    made = [blocks.made(marker, context) for marker in blocks.markers(text)]
    return list(shown(text, made, heading_shift=found.number.count(".") + 2))


def _conflict(request: HttpRequest, found: PlanSection, error: sections.SectionChangedError) -> dict[str, Any]:
    """The form with the reader's own text, beside what somebody else has saved. To save again is to choose the form."""
    found.refresh_from_db()
    data = request.POST.copy()
    data["seen"] = str(error.now.history_id)
    form = SectionForm(data, section=found, seen=error.now.history_id, owns_plan=request.user.has_perm(OWN_PLAN))
    before = error.before.text if error.before else ""
    return _context(request, found, form) | {
        "conflict": {
            "who": names_of([error.now.history_user_id])[error.now.history_user_id],
            "when": formatting.iso_time(timezone.localtime(error.now.history_date)),
            "title": error.now.title,
            "pieces": pieces(before, error.now.text),
            "text": error.now.text,
        }
    }


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it will look: the part of the page for htmx, else the whole form again. Nothing is saved."""
    found = load_section(request, pk)
    tree = plan_tree(found.plan, access.today())
    if request.htmx:  # type: ignore[attr-defined]  # set by its middleware
        context = {"pieces": _preview(request, found, request.POST.get("text", ""), tree)}
        return render(request, "goals/_section_preview.html", context)
    owns = request.user.has_perm(OWN_PLAN)
    form = SectionForm(_with_block(request.POST), section=found, seen=sections.seen(found), owns_plan=owns)
    return render(request, "goals/section_edit.html", _context(request, found, form))


def _with_block(data: Any) -> Any:
    """What was sent, with the chosen block after the text."""
    block = data.get("block", "")
    if not (data.get("insert") and list(blocks.markers(block))):
        return data
    data = data.copy()
    data["text"] = f"{tidy(data.get('text', ''))}\n\n{block}\n".lstrip("\n")
    return data


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def new(request: HttpRequest) -> HttpResponse:
    """Adds a section to the plan."""
    today = access.today()
    plan = own_plan(request, today)
    form = NewSectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = sections.add(plan, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # signed in
        except sections.PlaceError as error:
            form.add_error("number", error)
        else:
            messages.success(request, _("Avsnitt %(number)s är tillagt.") % {"number": made.number})
            return redirect("goals:section", made.pk)
    context = {"plan": plan, "form": form, "crumbs": crumbs(plan, today), "back": url_of(plan, today)}
    return render(request, "goals/section_new.html", context, status=422 if form.errors else 200)


@require_POST
@access.writes_with_a_right
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Has the section change places with its neighbour: `way` is up or down."""
    found = load_section(request, pk, owners_only=True)
    try:
        other = sections.move(found, up=request.POST.get("way") == "up", by=request.user)  # type: ignore[arg-type]  # signed in
    except sections.PlaceError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("Avsnittet har bytt plats.") if other else _("Avsnittet står redan ytterst.")
        messages.info(request, text)
    found.refresh_from_db()
    return redirect(url_of(found.plan, access.today(), found.number))


@require_POST
@access.writes_with_a_right
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a section away that has nothing below it."""
    found = load_section(request, pk, owners_only=True)
    number, plan = found.number, found.plan
    try:
        sections.remove(found, by=request.user)  # type: ignore[arg-type]  # signed in
    except sections.PlaceError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("goals:section", pk)
    messages.success(request, _("Avsnitt %(number)s är borttaget. Historiken finns kvar.") % {"number": number})
    return redirect(url_of(plan, access.today()))
