"""A budget's way to a decision: sent out, answered level by level."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from finance.actions import approvals as actions
from finance.actions.budgets import NotADraftError
from finance.choices import Approved
from finance.forms.budgets import AnswerForm, SubmitForm
from finance.models import BudgetApproval
from finance.views.budgets import guard_budgets, load_version, version_crumbs
from vp_portal.core import access
from vp_portal.core.access import writes_with_a_right


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a draft out for approval, with a day for each level."""
    user = guard_budgets(request)
    version = load_version(request, pk)
    on = access.today()
    form = SubmitForm(request.POST if request.method == "POST" else None, on=on)
    if form.is_bound and form.is_valid():
        try:
            actions.submit(version, dues=form.dues(), by=user, on=on)
        except (NotADraftError, actions.NotYourTurnError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(version)s är skickad för godkännande.") % {"version": version})
            return redirect("finance:budget", pk)
    context = {"form": form, "version": version, "crumbs": version_crumbs(version)}
    return render(request, "finance/budget_submit.html", context, status=422 if form.is_bound else 200)


@require_POST
@writes_with_a_right
def answer(request: HttpRequest, pk: int, approval: int) -> HttpResponse:
    """A level's yes, or back to the draft."""
    version = load_version(request, pk)
    found = BudgetApproval.objects.filter(pk=approval, version=version).first()
    if found is None:
        raise Http404(_("Godkännandet finns inte."))
    if not actions.may_answer(found, request.user, access.today()):  # type: ignore[arg-type]  # signed in: see load_version
        raise PermissionDenied(_("Någon annan godkänner på den nivån."))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Välj om du godkänner eller skickar tillbaka."))
        return redirect("finance:budget", pk)
    on, given = access.today(), form.cleaned_data
    try:
        after = actions.answer(
            found,
            said=Approved(given["said"]),
            comment=given["comment"],
            by=request.user,  # type: ignore[arg-type]  # load_version lets nobody else in
            at=timezone.now(),
            on=on,
            decision_ref=given["decision_ref"],
        )
    except (actions.NotYourTurnError, actions.CommentMissingError) as error:
        messages.error(request, str(error))
    else:
        texts = {
            "draft": _("%(version)s är tillbaka som utkast."),
            "submitted": _("Ditt godkännande av %(version)s är sparat."),
            "decided": _("%(version)s är fastställd och gäller."),
        }
        messages.success(request, texts[after.state] % {"version": after})
    return redirect("finance:budget", pk)
