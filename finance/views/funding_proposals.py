"""Proposing how a cost object is funded, and answering a proposal."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance.actions import funding, funding_proposals
from finance.choices import ProposalState
from finance.forms.funding_proposal import ProposalAnswerForm
from finance.models import FundingProposal
from finance.reports.funding import OBJECT
from finance.views.funding import load_target, model_page, proposal_form
from finance.views.guards import answers_for, is_controller
from vp_portal.core import access
from vp_portal.core.access import writes_with_a_right


@require_POST
@writes_with_a_right
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """A whole model from a day on, for a controller to decide. Of those who answer for the cost object."""
    target = load_target(request, OBJECT, code)
    user = request.user
    if not (access.signed_in(user) and answers_for(user, target, access.today())):
        raise PermissionDenied(_("Finansieringen föreslås av den som svarar för kostnadsbäraren."))
    form = proposal_form(request, target)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("first", "last", "registry_no", "reason")}
        try:
            funding_proposals.propose(target, form.shares(), **given, by=user, at=timezone.now())
        except (funding.NotWholeError, ValidationError) as error:
            form.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, _("Förslaget är skickat. Det gäller när en controller har beslutat."))
            return redirect("finance:funding_model", OBJECT, code)
    return model_page(request, OBJECT, target, status=422, proposal_form=form)


@require_POST
@writes_with_a_right
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A controller decides; whoever answers for the cost object may take a proposal back."""
    user = request.user
    made = get_object_or_404(FundingProposal.objects.select_related("cost_object"), pk=pk)
    if not access.signed_in(user):
        raise PermissionDenied
    controller, own = is_controller(user), answers_for(user, made.cost_object, access.today())
    if not (controller or own):
        raise Http404(_("Förslaget finns inte."))
    form = ProposalAnswerForm(request.POST)
    if form.is_valid():
        if form.cleaned_data["said"] != form.WITHDRAW and not controller:
            raise PermissionDenied(_("En controller beslutar om finansieringen."))
        _answer(request, made, form.cleaned_data, user)
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    return redirect("finance:funding_model", OBJECT, made.cost_object.code)


def _answer(request: HttpRequest, made: FundingProposal, given: dict[str, Any], user: Any) -> None:
    ends = {ProposalAnswerForm.REJECT: ProposalState.REJECTED, ProposalAnswerForm.WITHDRAW: ProposalState.WITHDRAWN}
    said: dict[str, Any] = {"answer": given["answer"], "by": user, "at": timezone.now()}
    try:
        if given["said"] == ProposalAnswerForm.ACCEPT:
            funding_proposals.accept(made, registry_no=given["registry_no"], **said)
            messages.success(request, _("Modellen är beslutad och gäller från den föreslagna dagen."))
        else:
            funding_proposals.close(made, ends[given["said"]], **said)
            messages.success(request, _("Förslaget är %(state)s.") % {"state": ends[given["said"]].label})
    except funding_proposals.NotWaitingError:
        messages.info(request, _("Någon annan hann före: förslaget är redan besvarat."))
    except (funding.NotWholeError, ValidationError) as error:
        messages.error(request, " ".join(error.messages) if isinstance(error, ValidationError) else str(error))
