import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals.choices import STATUS_ICON, STATUS_TONE, Confidence, Status
from goals.models.result import ExpectedResult
from vp_portal.core.history import history
from vp_portal.core.periods import Tertial, TertialField


class CheckInQuerySet(models.QuerySet):
    def made_by_end_of(self, day: dt.date) -> Self:
        """Check-ins known at the end of a day, local time."""
        following = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, timezone.get_current_timezone())
        return self.filter(made_at__lt=following)


class CheckIn(models.Model):
    """Avstämning: the lead's report for a tertial (the claim). A later one for the same tertial supersedes it."""

    result = models.ForeignKey(
        ExpectedResult, verbose_name=_("förväntat resultat"), on_delete=models.PROTECT, related_name="check_ins"
    )
    tertial: "models.Field[Tertial | str, Tertial]" = TertialField(_("tertial"))
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

    objects = CheckInQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("avstämning")
        verbose_name_plural = _("avstämningar")
        ordering = ["-tertial", "-made_at"]
        indexes = [models.Index(fields=["result", "-tertial", "-made_at"], name="goals_checkin_latest")]
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
        ]

    def __str__(self) -> str:
        return f"{self.result.number} {self.tertial}"

    @property
    def icon(self) -> str:
        return STATUS_ICON[Status(self.status)]

    @property
    def tone(self) -> str:
        return STATUS_TONE[Status(self.status)]
