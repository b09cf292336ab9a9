"""The pages of the measures."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from goals import computed
from goals.forms import FailingFilter, MeasureFilter
from goals.models import Plan
from goals.reports import measure_page
from goals.reports.gaps import plan_gaps
from goals.reports.measure_page import MeasureFilters
from goals.reports.tree import plan_tree
from goals.views.tree import MEASURES, tabs
from vp_portal.core import access, exports

PAGE_SIZE = 50


@require_GET
@exports.limited()
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure of the plan with where it stands. The filter is kept in the address."""
    today = access.today()
    current = Plan.objects.current(today)
    if current is None:
        return render(request, "goals/no_plan.html")
    tree = plan_tree(current, today)
    form = MeasureFilter(request.GET, tree)
    form.is_valid()
    filters = MeasureFilters(**{name: form.cleaned_data.get(name, "") for name in form.fields})
    page = measure_page.measure_list(current, today, filters)
    if exports.asks_for_table(request):
        rows = measure_page.list_rows(page.measures)
        return exports.table_response(rows, measure_page.list_columns(), _("mått"), request.GET["format"])
    context = {
        "plan": current,
        "tabs": tabs(plan_gaps(tree), MEASURES),
        "form": form,
        "page": page,
        "filtered": filters != MeasureFilters(),
        "add_url": _add_url(request),
        "today": today,
    }
    return render(request, "goals/measures.html", context)


@require_GET
@exports.limited()
def measure(request: HttpRequest, code: str) -> HttpResponse:
    """What a definition computes now, and the rows that keep it from its target: those that the reader may see."""
    definition = computed.find(code)
    if definition is None or not access.signed_in(request.user):
        raise Http404(_("Portalen räknar inte ut något sådant mått."))
    today = access.today()
    form = FailingFilter(request.GET)
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name, "") for name in form.fields}
    page = measure_page.measure_page(definition, Plan.objects.current(today), request.user, today, **chosen)
    if exports.asks_for_table(request):
        rows = measure_page.failing_rows(page.failing.rows)
        return exports.table_response(rows, measure_page.failing_columns(), definition.code, request.GET["format"])
    form.offer(page.unit_codes)
    context = {
        "definition": definition,
        "page": page,
        "rows": Paginator(page.failing.rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "form": form,
        "filtered": any(chosen.values()),
        "crumbs": [
            {"label": _("Plan"), "url": reverse("goals:plan")},
            {"label": _("Mått"), "url": reverse("goals:measures")},
        ],
        "add_url": _add_url(request),
        "today": today,
    }
    return render(request, "goals/measure.html", context)


def _add_url(request: HttpRequest) -> str:
    """The form for a new measure, for who may add one."""
    if not request.user.has_perm("goals.add_indicator"):
        return ""
    try:
        return reverse("admin:goals_indicator_add")
    except NoReverseMatch:
        return ""
