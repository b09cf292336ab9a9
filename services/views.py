"""The catalogue's pages. A page with costs is in `overview`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from services import reports
from services.choices import CostObjectKind
from services.forms import CatalogueFilter
from vp_portal.core import access, exports

#: The tabs of the catalogue: the kinds that a reader may want alone. Areas stand above their services.
_TABS = (CostObjectKind.SERVICE, CostObjectKind.MAINTENANCE_OBJECT, CostObjectKind.OVERHEAD, CostObjectKind.AREA)


@require_GET
@exports.limited()
def catalogue(request: HttpRequest) -> HttpResponse:
    """Areas, services and FO: who owns what, and what is missing. The filter is kept in the address."""
    rows = reports.all_rows(access.today())
    form = CatalogueFilter(request.GET, rows=rows)
    filters = form.filters()
    shown = reports.catalogue(rows, filters)
    if "format" in request.GET:
        return exports.table_response(_table(shown), _columns(), "tjanster", request.GET["format"])
    context = {
        "catalogue": shown,
        "form": form,
        "filters": filters,
        "tabs": _tabs(request, shown, filters),
        "is_filtered": any([filters.q, filters.area, filters.lifecycle, filters.owner, filters.no_cost_owner]),
        "may_set_cost_owner": request.user.has_perm("services.add_costowner"),
        "may_change": request.user.has_perm("services.change_service"),
    }
    return render(request, "services/catalogue.html", context)


def _tabs(request: HttpRequest, shown: reports.Catalogue, filters: reports.Filters) -> list[dict[str, Any]]:
    def tab(label: str, kind: str, count: int) -> dict[str, Any]:
        query = request.GET.copy()
        query.pop("kind", None)
        if kind:
            query["kind"] = kind
        return {"label": label, "url": f"?{query.urlencode()}", "current": filters.kind == kind, "count": count}

    labels = {
        CostObjectKind.SERVICE: _("Tjänster"),
        CostObjectKind.MAINTENANCE_OBJECT: _("Förvaltningsobjekt"),
        CostObjectKind.OVERHEAD: _("Gemensamma kostnader"),
        CostObjectKind.AREA: _("Tjänsteområden"),
    }
    every = tab(_("Allt"), "", sum(shown.counts.values()))
    return [every, *(tab(labels[kind], kind.value, shown.counts[kind]) for kind in _TABS)]


def _columns() -> list[str]:
    return [
        _("Slag"),
        _("Kod"),
        _("Namn"),
        _("Tjänsteområde"),
        _("Delportfölj"),
        _("Livscykel"),
        _("Ansvarig"),
        _("Kostnadsägare"),
        _("Antal kopplade"),
    ]


def _table(shown: reports.Catalogue) -> list[list[Any]]:
    return [
        [
            row.kind_label,
            row.code,
            row.name,
            row.area,
            row.sub_portfolio,
            row.lifecycle_label,
            row.owner,
            row.cost_owner,
            row.related,
        ]
        for row in shown.rows
    ]
