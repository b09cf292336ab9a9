"""Who may do what, for administrators."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from vp_portal.core import access, exports
from vp_portal.overview.forms import RightsForm
from vp_portal.overview.reports import rights as report

PER_PAGE = 100
VIEWS = {
    "": gettext_lazy("Vem har vad"),
    "registers": gettext_lazy("Register per roll"),
    "pages": gettext_lazy("Sidor per roll"),
}


@require_GET
@exports.limited()
def rights(request: HttpRequest) -> HttpResponse:
    """Who holds which role now and why; and what each role may do, from the table that the tests hold true."""
    if not access.has_role(request.user, access.Role.ADMINISTRATOR):
        raise PermissionDenied(_("Behörigheterna visas för administratörer."))
    chosen = request.GET.get("view", "")
    chosen = chosen if chosen in VIEWS else ""
    if not chosen:
        return _people(request)
    rows: Any = report.registers() if chosen == "registers" else report.pages()
    labels = [report.ROLES[asker] for asker in report.askers()]
    context = {"tabs": _tabs(chosen), "rows": rows, "labels": labels, "view": chosen}
    return render(request, "overview/rights_of_roles.html", context)


def _people(request: HttpRequest) -> HttpResponse:
    on = access.today()
    form = RightsForm(request.GET)
    context: dict[str, Any] = {"form": form, "tabs": _tabs(""), "on": on}
    if form.is_valid():
        rows = report.held(on, role=form.cleaned_data["role"], text=form.cleaned_data["q"])
        if "format" in request.GET:
            name = _("behörigheter %s") % on
            cells = (row.cells() for row in rows)
            return exports.table_response(cells, report.COLUMNS, name, request.GET["format"])
        context["page"] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context["is_filtered"] = any(form.cleaned_data.values())
    return render(request, "overview/rights.html", context)


def _tabs(chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"?view={code}" if code else "?", "current": code == chosen}
        for code, label in VIEWS.items()
    ]
