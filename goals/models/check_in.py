import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.choices import STATUS_ICON, STATUS_TONE, Confidence, Review, Status
from goals.models.result import ExpectedResult
from goals.occasions import Occasion
from vp_portal.core.as_known import end_of
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField, Tertial, TertialField

#: The one that stands comes first: of the latest occasion, a whole tertial after its months, made last.
LATEST_FIRST = (
    models.F("tertial").desc(),
    models.F("month").desc(nulls_first=True),
    models.F("made_at").desc(),
    models.F("id").desc(),
)


class CheckInQuerySet(models.QuerySet):
    def made_by_end_of(self, day: dt.date) -> Self:
        """Check-ins known at the end of a day, local time."""
        return self.filter(made_at__lt=end_of(day))

    def that_stands(self, day: dt.date) -> Self:
        """For a subquery of a result: its check-ins, the one that stands at the end of a day first."""
        return self.made_by_end_of(day).filter(result=models.OuterRef("pk")).order_by(*LATEST_FIRST)


class CheckIn(models.Model):
    """Avstämning: the lead's report for a tertial or a month of it (the claim). Its words never change: a correction
    is a row of its own, and a later one for the same occasion supersedes it. A reviewer acknowledges or returns it."""

    result = models.ForeignKey(
        ExpectedResult, verbose_name=_("förväntat resultat"), on_delete=models.PROTECT, related_name="check_ins"
    )
    tertial: "models.Field[Tertial | str, Tertial]" = TertialField(_("tertial"))
    month: "models.Field[Period | int | None, Period | None]" = PeriodField(
        _("månad"), null=True, blank=True, help_text=_("Bara där resultatet följs upp varje månad.")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status)
    progress = models.PositiveSmallIntegerField(_("framsteg i procent"))
    confidence = models.CharField(_("tillförsikt"), max_length=10, choices=Confidence, default=Confidence.MEDIUM)
    comment = models.TextField(_("kommentar"), blank=True)
    blocked_by = models.TextField(_("vad hindrar"), blank=True)
    help_needed = models.TextField(_("vilken hjälp behövs"), blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    made_at = models.DateTimeField(_("tidpunkt"))
    corrects = models.ForeignKey(
        "self", verbose_name=_("rättar"), on_delete=models.PROTECT, related_name="corrections", null=True, blank=True
    )
    review = models.CharField(_("granskning"), max_length=20, choices=Review, blank=True, default=Review.WAITING)
    review_comment = models.TextField(_("granskarens kommentar"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("granskad av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    reviewed_at = models.DateTimeField(_("granskad"), null=True, blank=True)

    objects = CheckInQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("avstämning")
        verbose_name_plural = _("avstämningar")
        ordering = LATEST_FIRST
        indexes = [models.Index("result", *LATEST_FIRST, name="goals_checkin_latest_first")]
        constraints = [
            models.CheckConstraint(
                name="goals_checkin_progress_0_100",
                condition=models.Q(progress__gte=0, progress__lte=100),
                violation_error_message=_("Framsteg anges 0–100 procent."),
            ),
            models.CheckConstraint(
                name="goals_checkin_status_known",
                condition=models.Q(status__in=Status.values),
                violation_error_message=_("Okänd status."),
            ),
            models.CheckConstraint(
                name="goals_checkin_tertial_form",
                condition=models.Q(tertial__regex=r"^\d{4}T[123]$"),
                violation_error_message=_("En tertial skrivs 2025T1."),
            ),
            models.CheckConstraint(
                name="goals_checkin_review_says_when",
                condition=models.Q(review="", reviewed_at__isnull=True)
                | models.Q(review__in=[Review.ACKNOWLEDGED, Review.RETURNED], reviewed_at__isnull=False),
                violation_error_message=_("En granskning har en tidpunkt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result.number} {self.tertial}"

    @property
    def occasion(self) -> Occasion:
        return Occasion(self.tertial, self.month)

    def review_on(self, day: dt.date) -> Review:
        """What the reviewer had said at the end of a day."""
        known = self.reviewed_at is not None and self.reviewed_at < end_of(day)
        return Review(self.review) if known else Review.WAITING

    @property
    def icon(self) -> str:
        return STATUS_ICON[Status(self.status)]

    @property
    def tone(self) -> str:
        return STATUS_TONE[Status(self.status)]


class CheckInDraft(models.Model):
    """What someone has written of a check-in and not sent. Nobody else sees it; it goes when the check-in is made."""

    result = models.ForeignKey(
        ExpectedResult, verbose_name=_("förväntat resultat"), on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("av"), on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(_("det skrivna"), help_text=_("Fälten som de stod, oprövade."))
    saved_at = models.DateTimeField(_("sparat"))

    class Meta:
        verbose_name = _("utkast till avstämning")
        verbose_name_plural = _("utkast till avstämningar")
        constraints = [
            models.UniqueConstraint(
                name="goals_checkindraft_one_each",
                fields=["result", "user"],
                violation_error_message=_("Det finns redan ett utkast."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result.number} ({self.user})"
