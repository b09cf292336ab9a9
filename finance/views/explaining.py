"""One posting: what it is, where it went, and why not elsewhere."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance.choices import Sensitivity
from finance.models import ImportBatch, Posting
from finance.reports.explain import explain
from finance.views.guards import crumbs, is_controller, may_see_imports
from vp_portal.core import audit
from vp_portal.core.as_known import MONEY
from vp_portal.core.choices import AuditEvent
from vp_portal.core.looking_back import can_look_back, day_of


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


@require_GET
@can_look_back(MONEY)
def posting(request: HttpRequest, batch: int, pk: int) -> HttpResponse:
    """Why the row ended where it did."""
    found = load_posting(request, batch, pk)
    if found.code_string.account.sensitivity > Sensitivity.OPEN:
        audit.record(AuditEvent.SENSITIVE_VIEW, request=request, target=_("Kontering"), rows=1, posting=str(found.pk))
    context: dict[str, Any] = {"row": found, "why": explain(found), "is_controller": is_controller(request.user)}
    context["may_see_imports"] = may_see_imports(request.user)
    context["crumbs"] = crumbs((_("Konteringar"), "finance:postings"))
    return render(request, "finance/posting.html", context)
