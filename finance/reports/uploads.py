"""The files on their way to be booked, and how far the work on one has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.choices import UploadState
from finance.models import ImportBatch, Upload
from finance.reports import batches
from vp_portal.core import formatting
from vp_portal.core.badges import Badge

#: So many files on their way are shown; older ones are swept away in time.
SHOWN = 30

BADGES = {
    UploadState.RECEIVED: Badge(UploadState.RECEIVED.label, "muted", "○"),
    UploadState.PREVIEWING: Badge(UploadState.PREVIEWING.label, "info", "◐"),
    UploadState.PREVIEWED: Badge(UploadState.PREVIEWED.label, "ok", "●"),
    UploadState.REFUSED: Badge(UploadState.REFUSED.label, "risk", "▲"),
    UploadState.BOOKING: Badge(UploadState.BOOKING.label, "info", "◐"),
    UploadState.BOOKED: Badge(UploadState.BOOKED.label, "ok", "✓"),
    UploadState.FAILED: Badge(UploadState.FAILED.label, "risk", "▲"),
    UploadState.ABANDONED: Badge(UploadState.ABANDONED.label, "muted", "✕"),
}

_STAGES: dict[str, str | Promise] = {
    "": gettext_lazy("Väntar på sin tur"),
    "reading": gettext_lazy("Läser filen"),
    "checking": gettext_lazy("Kontrollerar raderna"),
    "booking": gettext_lazy("Bokför raderna"),
    "indexing": gettext_lazy("Gör raderna sökbara"),
    "allocating": gettext_lazy("Fördelar på kostnadsbärare"),
}
#: Where each stage begins and ends on the way from 0 to 100.
_SPANS = {
    "": (0, 0),
    "reading": (0, 50),
    "checking": (50, 65),
    "booking": (65, 80),
    "indexing": (80, 92),
    "allocating": (92, 99),
}


@dataclass(frozen=True)
class OpenUpload:
    upload: Upload
    badge: Badge


def open_uploads() -> Sequence[OpenUpload]:
    """The latest files on their way, of all controllers. One query."""
    rows = Upload.objects.open().select_related("uploaded_by").defer("result", "choices")[:SHOWN]
    return [OpenUpload(upload, BADGES[UploadState(upload.state)]) for upload in rows]


@dataclass(frozen=True)
class Progress:
    """`percent` of the whole way; `text` says what is under way."""

    text: str
    percent: int


def progress(told: Mapping[str, Any]) -> Progress:
    """Out of what a job has told."""
    stage = told.get("stage", "")
    first, last = _SPANS.get(stage, (0, 0))
    done, total = told.get("done", 0), told.get("total", 0)
    share = min(done, total) * (last - first) // total if total else 0
    return Progress(str(_STAGES.get(stage, _STAGES[""])), first + share)


def receipt(batch: ImportBatch) -> list[dict[str, Any]]:
    """What was booked, by whom and when."""
    return [
        {"term": _("Fil"), "value": batch.file_name},
        {"term": _("Rader"), "value": formatting.number(batch.row_count)},
        {"term": _("Summa"), "value": formatting.kr_ore(batch.total)},
        batches.stated_total(batch),
        {"term": _("Bokförd"), "value": formatting.iso_time(batch.booked_at)},
        {"term": _("Av"), "value": batches.by(batch)},
        {"term": _("Källa"), "value": batch.source.name},
        {"term": _("Storlek"), "value": _("%(count)s byte") % {"count": formatting.number(batch.file_size)}},
        {"term": "SHA-256", "value": batch.sha256},
    ]
