"""Postings flagged as wrongly coded, until the ledger has them right."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from finance.actions import flags as actions
from finance.choices import FlagState
from finance.forms.by_hand import AnswerForm
from finance.models import PostingFlag
from finance.reports import by_hand as report
from finance.reports import freshness
from finance.reports.corrections import halves
from finance.views.guards import crumbs, is_controller, may_act_on
from finance.views.traces import trace_sensitive
from vp_portal.core import access, exports

#: What the list can be narrowed to; open ones first.
_STATES = {"": FlagState.OPEN.value, "all": "", **{s.value: s.value for s in FlagState if s != FlagState.OPEN}}
#: Name in the address → what `report.flags` calls it.
_NARROWED = {"cost_centre": "centre", "manager": "manager", "of": "of"}


@require_GET
@exports.limited()
def flags(request: HttpRequest) -> HttpResponse:
    """The flags that the user may see, the oldest first."""
    on = access.today()
    asked = request.GET.get("state", "")
    if asked not in _STATES:
        raise Http404
    narrowed = {name: request.GET.get(name, "").replace("\0", "") for name in _NARROWED}
    every = report.flags(request.user, on, state=_STATES[asked])
    given = {word: narrowed[name] for name, word in _NARROWED.items()}
    found = report.flags(request.user, on, state=_STATES[asked], **given)
    if "format" in request.GET:
        said = report.said(list(found[: exports.MOST_ROWS]), on)
        trace_sensitive(request, report.shown_of(said))
        rows = report.flag_table(said)
        return exports.table_response(rows, report.flag_columns(), _("felkonterade"), request.GET["format"])
    page = report.with_halves(report.said_page(found, request.GET.get("page"), on), request.user, on)
    trace_sensitive(request, report.shown_of(page.rows))
    context = {
        "fresh": freshness(),
        "on": on,
        "page": page,
        "tabs": [
            {"label": label, "url": _address(key, narrowed), "current": key == asked}
            for key, label in _labels().items()
        ],
        "state": asked,
        "options": report.flag_options(every, on),
        "narrowed": narrowed,
        "clear_url": _address(asked, {}) if any(narrowed.values()) else "",
        "is_controller": is_controller(request.user),
        "crumbs": crumbs(),
    }
    return render(request, "finance/flags.html", context)


def _address(state: str, narrowed: dict[str, str]) -> str:
    values = {"state": state, **narrowed}
    return f"?{urlencode({name: value for name, value in values.items() if value})}"


def _labels() -> dict[str, str]:
    return {
        "": _("Öppna"),
        FlagState.CORRECTED.value: _("Åtgärdade"),
        FlagState.REJECTED.value: _("Avvisade"),
        FlagState.WITHDRAWN.value: _("Återtagna"),
        "all": _("Alla"),
    }


@require_POST
@access.writes_with_a_right
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A controller says what became of a flag; whoever answers for the row may take it back."""
    on = access.today()
    found = get_object_or_404(PostingFlag.objects.visible_to(request.user, on).with_codes(), pk=pk)
    form = AnswerForm(request.POST)
    user = request.user
    if not (access.signed_in(user) and may_act_on(user, found, on)):
        raise PermissionDenied(_("Rader fördelas och flaggas av den som svarar för dem och av controllers."))
    if not form.is_valid():
        messages.error(request, _("Välj vad som blev av flaggan."))
        return redirect("finance:flags")
    state = FlagState(form.cleaned_data["state"])
    if state != FlagState.WITHDRAWN and not is_controller(user):
        raise PermissionDenied(_("En controller säger att en rad är åtgärdad eller avvisar flaggan."))
    half = form.cleaned_data["found"]
    known = {each.key: each.row for each in halves(user, on, [found]).get(found.pk, ())}
    if half and half not in known:
        raise Http404(_("Raden är ingen rättelse av den flaggade."))
    answer = form.cleaned_data["answer"]
    try:
        actions.end(found, state, answer=answer, by=user, at=timezone.now(), found=known.get(half))
    except actions.NotOpen:
        messages.info(request, _("Någon annan hann före: flaggan är redan avslutad."))
    else:
        messages.success(request, _("Flaggan är avslutad: %(state)s.") % {"state": state.label})
    return redirect("finance:flags")
