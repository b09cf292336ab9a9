"""How an uploaded file was understood, and what a controller changes about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finance.actions import profiles, uploads
from finance.actions.upload_choices import Choices
from finance.choices import UploadState
from finance.forms.reading import ReadingForm, has_period, rows_of
from finance.importing.problems import Refusal
from finance.importing.understanding import Understanding
from finance.models import ImportSource, Upload
from finance.views.guards import journey_crumbs, load_upload
from finance.views.steps import steps
from vp_portal.core.access import writes_with_a_right


@require_http_methods(["GET", "HEAD", "POST"])
@writes_with_a_right
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows how the file is read. Sent, it keeps what was chosen and goes on to the preview, or looks again."""
    found = load_upload(request.user, pk)
    if found.is_at_work or found.state == UploadState.BOOKED:
        return redirect("finance:upload", pk)
    understood = uploads.understanding_of(found)
    context: dict[str, Any] = {
        "upload": found,
        "steps": steps(found, "reading"),
        "crumbs": journey_crumbs(),
    }
    if isinstance(understood, Refusal):
        return render(request, "finance/upload_unreadable.html", context | {"refusal": understood})
    form = ReadingForm(request.POST if request.method == "POST" else None, understood, Choices.of(found))
    if form.is_bound and form.is_valid():
        return _kept(request, found, form, understood)
    context |= {
        "form": form,
        "understood": understood,
        "rows": rows_of(form),
        "columns": [(column, form[f"column-{column.place}"]) for column in understood.columns],
        "dimensions": [(one, form[f"dimension-{index}"]) for index, one in enumerate(understood.dimensions)],
        "lacks_period": bool(understood.columns) and not has_period(column.role for column in understood.columns),
    }
    return render(request, "finance/upload_reading.html", context, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest, found: Upload, form: ReadingForm, understood: Understanding) -> HttpResponse:
    at = timezone.now()
    chosen = form.chosen()
    if not uploads.choose(found, chosen, at=at):
        return redirect("finance:upload", found.pk)
    if "again" in request.POST:
        return redirect("finance:upload_reading", found.pk)
    if name := form.cleaned_data["save_as"]:
        source = ImportSource.objects.get(pk=form.cleaned_data["source"])
        profile = profiles.keep(name, understood, chosen.reading, source, by=request.user, at=at)  # type: ignore[arg-type]
        messages.success(request, _("Profilen %(name)s är sparad.") % {"name": profile.name})
    uploads.start_preview(found, at=at)
    return redirect("finance:upload_preview", found.pk)
