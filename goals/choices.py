"""Choices of the plan: values, labels, icons, tones and order, declared once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.badges import Badge, Tone


class Status(models.TextChoices):
    """What a lead says of a result (claim)."""

    NOT_STARTED = "not_started", _("Ej påbörjat")
    ON_PLAN = "on_plan", _("På plan")
    WATCH = "watch", _("Bevakas")
    RISK = "risk", _("Risk")
    ACHIEVED = "achieved", _("Uppnått")
    CANCELLED = "cancelled", _("Avbrutet")


STATUS_ICON = {
    Status.NOT_STARTED: "○",
    Status.ON_PLAN: "●",
    Status.WATCH: "◐",
    Status.RISK: "▲",
    Status.ACHIEVED: "✓",
    Status.CANCELLED: "✕",
}
STATUS_TONE: dict[Status, Tone] = {
    Status.NOT_STARTED: "muted",
    Status.ON_PLAN: "ok",
    Status.WATCH: "watch",
    Status.RISK: "risk",
    Status.ACHIEVED: "ok",
    Status.CANCELLED: "muted",
}
STATUS_BADGE = {status: Badge(status.label, STATUS_TONE[status], STATUS_ICON[status]) for status in Status}
#: From best to worst. `NOT_STARTED` takes its place by date, `CANCELLED` counts nowhere.
STATUS_ORDER = (Status.ACHIEVED, Status.ON_PLAN, Status.WATCH, Status.RISK)


class Confidence(models.TextChoices):
    """How sure the lead is that the result is reached in time."""

    LOW = "low", _("Låg")
    MEDIUM = "medium", _("Medel")
    HIGH = "high", _("Hög")


class SectionState(models.TextChoices):
    """How far a section of the document has come."""

    UNWRITTEN = "unwritten", _("Ej skrivet")
    DRAFT = "draft", _("Utkast")
    DONE = "done", _("Klarmarkerat")


SECTION_BADGE = {
    SectionState.UNWRITTEN: Badge(SectionState.UNWRITTEN.label, "muted", "○"),
    SectionState.DRAFT: Badge(SectionState.DRAFT.label, "watch", "◐"),
    SectionState.DONE: Badge(SectionState.DONE.label, "ok", "✓"),
}


class ExportFormat(models.TextChoices):
    """What the plan can be taken out as. The value is the file's ending."""

    PDF = "pdf", _("PDF")
    DOCX = "docx", _("Word")
    HTML = "html", _("HTML")
    MARKDOWN = "md", _("Markdown")


class ExportState(models.TextChoices):
    """How far an export in the background has come."""

    WORKING = "working", _("Görs")
    DONE = "done", _("Klar")
    FAILED = "failed", _("Misslyckades")
