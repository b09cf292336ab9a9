"""Filling a draft: rows pasted or from a file, previewed and stored, and one row by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from finance.actions import budgets as actions
from finance.actions import kept_rows, upload_files
from finance.forms.budgets import MOST_TEXT, PasteForm, RowForm
from finance.importing import planned
from finance.importing.layout import Record
from finance.importing.problems import Refusal, refuse
from finance.models import AccountGroup, BudgetLine, BudgetVersion, CostCentre
from finance.reports import budgets as report
from finance.views.budgets import guard_budgets, load_version, version_crumbs
from services.models import CostObject
from vp_portal.core import access, audit, formatting
from vp_portal.core.access import writes_with_a_right
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period
from vp_portal.core.uploads import DiskUploadHandler

MOST_BYTES = 5_000_000


@require_http_methods(["GET", "HEAD"])
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Where rows are pasted or a file is chosen. Filled with what the version has."""
    guard_budgets(request)
    version = load_version(request, pk)
    text = planned.as_text(_lines_of(version)) if "filled" in request.GET else ""
    return _page(request, version, PasteForm(initial={"text": text}))


def _lines_of(version: BudgetVersion) -> Any:
    lines = BudgetLine.objects.filter(version=version)
    for cut in report.CUTS:
        for row in report.rows_of(lines, cut):
            codes = (row.code, "") if cut == "cost_centre" else ("", row.code)
            yield (*codes, row.group), row.months


def _page(request: HttpRequest, version: BudgetVersion, form: PasteForm, **more: Any) -> HttpResponse:
    context = {
        "version": version,
        "form": form,
        "crumbs": version_crumbs(version),
        "most_words": formatting.file_size(MOST_BYTES),
        **more,
    }
    return render(request, "finance/budget_rows.html", context, status=422 if more.get("problems") else 200)


@csrf_exempt  # The inner view asks for the token: reading the file is what must come after the right to send.
@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the rows say, before anything is stored."""
    guard_budgets(request)
    handler = DiskUploadHandler(upload_files.folder(), most=MOST_BYTES)
    request.upload_handlers = [handler]
    try:
        request.POST  # noqa: B018 - read here, where what doesn't fit can be answered
        return _preview(request, pk, handler)
    except RequestDataTooBig:
        words = _("Det inklistrade får inte plats: högst %(most)s tecken. Spara det som en fil och läs in filen.")
        refusal = refuse(words % {"most": formatting.number(MOST_TEXT)})
        return _page(request, load_version(request, pk), PasteForm(), problems=True, refusal=refusal)
    finally:
        handler.discard()


@csrf_protect
def _preview(request: HttpRequest, pk: int, handler: DiskUploadHandler) -> HttpResponse:
    version = load_version(request, pk)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, version, form, problems=True)
    try:
        records, origin = _records(form.cleaned_data["text"], handler)
        found = planned.understood(records, version.year, _codes())
    except Refusal as refusal:
        return _page(request, version, form, problems=True, refusal=refusal)
    more: dict[str, Any] = {"found": found, "problems": not found.is_sound}
    if found.is_sound:
        whole, kept = form.cleaned_data["whole"], kept_rows.keep(version.pk, _normal(found))
        more["confirm"] = PasteForm(initial={"kept": kept, "whole": whole, "origin": origin})
        more |= {"whole": whole, "sums": _sums(found), "origin": origin}
    return _page(request, version, form, **more)


def _records(text: str, handler: DiskUploadHandler) -> tuple[list[Record], str]:
    """The rows of the file when one came, else of the text; and what they are called. Raises Refusal."""
    if handler.refused:
        raise refuse(_("Filen är för stor: högst %(most)s.") % {"most": formatting.file_size(MOST_BYTES)})
    if handler.stored:
        file = handler.stored[0]
        return planned.records_of_file(Path(file.path)), file.name[:120]
    if not text.strip():
        raise refuse(_("Välj en fil, eller klistra in rader."))
    return planned.records_of_text(text), _("inklistrat")


def _codes() -> planned.Codes:
    known = report.known_codes()
    return planned.Codes(known.cost_centres, known.cost_objects, known.groups)


def _normal(found: planned.Planned) -> str:
    """The rows with codes as the portal has them, for the hidden field of the yes."""
    known = report.known_codes()
    nodes = {
        "cost_centre": {key: code for code, key in known.cost_centres.items()},
        "cost_object": {key: code for code, key in known.cost_objects.items()},
    }
    groups = {key: code for code, key in known.groups.items() if "." in code}
    return planned.as_text(
        (
            (
                nodes[kind][node] if kind == "cost_centre" else "",
                nodes[kind][node] if kind == "cost_object" else "",
                groups[group],
            ),
            months,
        )
        for (kind, node, group), months in found.rows.items()
    )


def _sums(found: planned.Planned) -> list[dict[str, Any]]:
    """Rows, costs and incomes of each cut."""
    kinds = dict(AccountGroup.objects.values_list("pk", "kind"))
    labels = {"cost_centre": _("Per kostnadsställe"), "cost_object": _("Per kostnadsbärare")}
    sums = []
    for cut, label in labels.items():
        own = [
            (kinds[group], sum(months, Decimal(0))) for (kind, _n, group), months in found.rows.items() if kind == cut
        ]
        if own:
            income = -sum((amount for kind, amount in own if kind == "income"), Decimal(0)) + 0
            cost = sum((amount for kind, amount in own if kind == "cost"), Decimal(0))
            sums.append({"label": label, "rows": len(own), "cost": cost, "income": income, "flipped": income < 0})
    return sums


@require_POST
@writes_with_a_right
def store(request: HttpRequest, pk: int) -> HttpResponse:
    """Stores what was previewed: it is read once more, so that nothing else than what is right is stored."""
    user = guard_budgets(request)
    version = load_version(request, pk)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, version, form, problems=True)
    kept = form.cleaned_data["kept"]
    try:
        text = _kept(version, kept) if kept else form.cleaned_data["text"]
        found = planned.understood(planned.records_of_text(text), version.year, _codes())
    except Refusal as refusal:
        return _page(request, version, form, problems=True, refusal=refusal)
    if not found.is_sound:
        return _page(request, version, form, problems=True, found=found)
    name = form.cleaned_data["origin"] or _("inklistrat")
    count = len(found.rows)
    reason = ngettext("%(name)s, %(rows)s rad", "%(name)s, %(rows)s rader", count)
    reason = reason % {"name": name, "rows": formatting.number(count)}
    whole = form.cleaned_data["whole"]
    origin = reason if whole or not version.lines.exists() else version.origin  # A few rows aren't where it came from.
    try:
        changed = actions.set_lines(
            version, _wanted(found, version), by=user, reason=reason, whole=whole, origin=origin
        )
    except actions.NotADraftError as error:
        messages.error(request, str(error))
        return redirect("finance:budget", pk)
    if kept:
        transaction.on_commit(lambda: kept_rows.remove(kept))
    audit.record(AuditEvent.REGISTER_IMPORT, request=request, target=version, new=changed.new, changed=changed.changed)
    rows_ = ngettext("%(count)s rad är inläst.", "%(count)s rader är inlästa.", len(found.rows))
    messages.success(request, rows_ % {"count": formatting.number(len(found.rows))})
    return redirect("finance:budget", pk)


def _kept(version: BudgetVersion, name: str) -> str:
    """The rows of a preview. Raises Refusal."""
    try:
        return kept_rows.read(version.pk, name)
    except kept_rows.GoneError:
        raise refuse(_("Raderna finns inte kvar. Läs in dem igen.")) from None


def _wanted(found: planned.Planned, version: BudgetVersion) -> dict[actions.LineKey, Decimal]:
    return {
        actions.LineKey(
            period, node if kind == "cost_centre" else None, node if kind == "cost_object" else None, group
        ): months[place]
        for (kind, node, group), months in found.rows.items()
        for place, period in enumerate(version.periods)
    }


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row, month by month: `?cost_centre=` or `?cost_object=`, and `?group=chart.code`."""
    version = load_version(request, pk)
    key = _row_key(request)
    on = access.today()
    lines = BudgetLine.objects.visible_to(request.user, on).filter(
        version=version, cost_centre=key.cost_centre, cost_object=key.cost_object, account_group=key.group
    )
    found = report.rows_of(lines, key.cut)
    may_change = access.has_role(request.user, access.Role.CONTROLLER) and version.is_draft
    if not found and not may_change:
        raise Http404(_("Raden finns inte."))
    months = list(found[0].months) if found else [Decimal("0.00")] * 12
    form = RowForm(request.POST if request.method == "POST" else None, months=months)
    if form.is_bound:
        user = guard_budgets(request)
        if form.is_valid():
            amounts = {
                key._replace(period=period): amount
                for period, amount in zip(version.periods, form.amounts(), strict=True)
            }
            try:
                actions.set_lines(version, amounts, by=user, reason=_("Ändrad för hand"))
            except actions.NotADraftError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("Raden är sparad."))
            return redirect(request.get_full_path())
    context = {
        "version": version,
        "row": found[0] if found else None,
        "months": list(zip(version.periods, months, strict=True)),
        "node": _node_of(key),
        "group": AccountGroup.objects.get(pk=key.group),
        "form": form,
        "may_change": may_change,
        "changes": report.row_changes(version, lines) if found else [],
        "crumbs": version_crumbs(version),
    }
    return render(request, "finance/budget_row.html", context, status=422 if form.is_bound else 200)


def _row_key(request: HttpRequest) -> actions.LineKey:
    known = report.known_codes()
    group = known.groups.get(request.GET.get("group", ""))
    centre = known.cost_centres.get(request.GET.get("cost_centre", ""))
    target = known.cost_objects.get(request.GET.get("cost_object", ""))
    if group is None or (centre is None) == (target is None):
        raise Http404(_("Raden finns inte."))
    return actions.LineKey(Period(190001), centre, target, group)


def _node_of(key: actions.LineKey) -> Any:
    if key.cost_centre is not None:
        return CostCentre.objects.get(pk=key.cost_centre)
    return CostObject.objects.get(pk=key.cost_object or 0)
