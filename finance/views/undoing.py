"""Taking an import back. For controllers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finance.actions.periods import LockedPeriod
from finance.actions.undo import AlreadyEnded, Busy
from finance.actions.undo import undo as take_back
from finance.forms import ReasonForm
from finance.models import ImportBatch
from finance.views.guards import crumbs, guard_controller
from vp_portal.core.access import writes_with_a_right


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, and takes the import out of every figure."""
    user = guard_controller(request.user)
    batch = get_object_or_404(ImportBatch.objects.select_related("source", "booked_by"), pk=pk)
    if batch.ended_at:
        messages.info(request, _("Importen gäller inte längre: den är redan tillbakatagen."))
        return redirect("finance:batch", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            take_back(batch, by=user, at=timezone.now(), reason=form.cleaned_data["reason"])
        except AlreadyEnded:
            messages.info(request, _("Någon annan hann före: importen är redan tillbakatagen."))
            return redirect("finance:batch", pk)
        except Busy:
            form.add_error(None, _("Huvudboken används just nu. Ingenting är ändrat: försök igen om en stund."))
        except LockedPeriod as locked:
            form.add_error(None, str(locked))
        else:
            messages.success(request, _("Importen är tillbakatagen. Dess rader räknas inte i någon siffra."))
            return redirect("finance:batch", pk)
    context = {
        "batch": batch,
        "form": form,
        "crumbs": [
            *crumbs((_("Importer"), "finance:imports")),
            {"label": batch.file_name, "url": reverse("finance:batch", args=[pk])},
        ],
    }
    return render(request, "finance/undo.html", context, status=422 if form.is_bound else 200)
