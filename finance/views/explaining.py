"""One posting: what it is, where it went, and why not elsewhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.choices import FlagState
from finance.forms.by_hand import AssignForm, FlagForm, WhyForm
from finance.models import HandAssignment, ImportBatch, Posting, PostingFlag
from finance.reports import freshness
from finance.reports.explain import explain
from finance.views.guards import crumbs, is_controller, may_act_on, may_see_imports
from finance.views.traces import trace_sensitive
from vp_portal.core.as_known import MONEY
from vp_portal.core.looking_back import can_look_back, day_of, is_back


def load_posting(request: HttpRequest, batch: int, pk: int) -> Posting:
    """A row that counts now and that the user may see; another's is not found."""
    known = Posting.objects.visible_to(request.user, day_of(request)).select_related(
        "batch__source",
        "counterparty",
        *(f"code_string__{part}" for part in ("account", "cost_centre", "project", "activity", "funder")),
    )
    counting = ImportBatch.objects.in_force().values("pk")
    found = known.filter(batch=batch, batch__in=counting, pk=pk).first()
    if found is None:
        raise Http404(_("Raden finns inte bland dem som du ser."))
    return found


def posting_page(request: HttpRequest, row: Posting, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The row's page: why it ended where it did, and what can be said of it. `forms`: those that were wrong."""
    trace_sensitive(request, [row], posting=str(row.pk))
    on = day_of(request)
    may_act = may_act_on(request.user, row, on) and not is_back(request)
    context: dict[str, Any] = {"row": row, "why": explain(row), "is_controller": is_controller(request.user)}
    context["may_see_imports"] = may_see_imports(request.user)
    context |= {"may_act": may_act, "fresh": freshness(), "on": on}
    said = HandAssignment.objects.filter(posting=row.pk).select_related("cost_object", "made_by")
    context["hands"] = list(said)
    context["flags"] = list(
        PostingFlag.objects.filter(posting=row.pk).select_related(
            "made_by", "ended_by", "to_account", "to_cost_centre", "to_project", "to_cost_object"
        )
    )
    context["open_flag"] = next((one for one in context["flags"] if one.state == FlagState.OPEN), None)
    if may_act:
        blank = {"assign_form": AssignForm(on=on), "back_form": WhyForm(auto_id="back_%s")}
        context |= {**blank, "flag_form": FlagForm(row=row, on=on, auto_id="flag_%s"), **forms}
    context["crumbs"] = crumbs((_("Konteringar"), "finance:postings"))
    return render(request, "finance/posting.html", context, status=status)


@require_GET
@can_look_back(MONEY)
def posting(request: HttpRequest, batch: int, pk: int) -> HttpResponse:
    """Why the row ended where it did."""
    return posting_page(request, load_posting(request, batch, pk))
