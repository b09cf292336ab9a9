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


class Review(models.TextChoices):
    """What the reviewer has said of a check-in."""

    WAITING = "", _("Inte granskad")
    ACKNOWLEDGED = "acknowledged", _("Kvitterad")
    RETURNED = "returned", _("Återlämnad")


REVIEW_BADGE = {
    Review.ACKNOWLEDGED: Badge(Review.ACKNOWLEDGED.label, "ok", "✓"),
    Review.RETURNED: Badge(Review.RETURNED.label, "watch", "◐"),
}


class RollUpMethod(models.TextChoices):
    """How the parts of a parent make its figure."""

    MEAN = "mean", _("Medelvärde efter vikt")
    WEAKEST = "weakest", _("Svagaste delen")


class Direction(models.TextChoices):
    """Which way a measure should go."""

    UP = "up", _("Ska öka")
    DOWN = "down", _("Ska minska")
    KEEP = "keep", _("Ska hållas inom")


class IndicatorKind(models.TextChoices):
    """Where the values of a measure come from."""

    MANUAL = "manual", _("Läses av")
    COMPUTED = "computed", _("Räknas ut av portalen")


class MailChoice(models.TextChoices):
    """How someone wants to be reminded."""

    DIGEST = "digest", _("Ett samlat brev om dagen")
    SINGLE = "single", _("Ett brev per händelse")
    NONE = "none", _("Inga brev, bara i portalen")


class ReminderKind(models.TextChoices):
    """Why someone is reminded of a check-in, in the order that it happens."""

    BEFORE = "before", _("Påminnelse före sista dagen")
    AFTER = "after", _("Påminnelse efter sista dagen")
    MANAGER = "manager", _("Till enhetens chef")
    NEXT_MANAGER = "next_manager", _("Till nästa chef")


class GoalAbove(models.TextChoices):
    """Where a goal that the plan serves stands."""

    STRATEGIC = "strategic", _("Strategiskt mål")
    PLAN_ABOVE = "plan_above", _("Mål i planen ovanför")


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
