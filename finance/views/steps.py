"""The four steps of an import, as they stand above each of its pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from finance.choices import UploadState
from finance.models import Upload

STEPS = {
    "file": (_("Fil"), "finance:upload_new"),
    "reading": (_("Tolkning"), "finance:upload_reading"),
    "preview": (_("Förhandsvisning"), "finance:upload_preview"),
    "booked": (_("Bokförd"), "finance:upload_receipt"),
}


def steps(upload: Upload | None, current: str) -> list[dict[str, Any]]:
    """The steps before the current one are links while there is a way back: not when the file is on its way."""
    names = list(STEPS)
    place = names.index(current)
    may_go_back = upload is None or upload.state not in {UploadState.BOOKING, UploadState.BOOKED}
    is_booked = upload is not None and upload.state == UploadState.BOOKED
    shown = []
    for number, (label, url_name) in enumerate(STEPS.values()):
        state = "done" if number < place or is_booked else "current" if number == place else "ahead"
        url = ""
        if state == "done" and may_go_back:
            url = reverse(url_name, args=[upload.pk] if upload and number else [])
        shown.append({"label": label, "url": url, "state": state})
    return shown
