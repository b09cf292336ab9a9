from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.history import history
from vp_portal.core.periods import PeriodField


class PeriodLockQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """The locks that hold now: one a period at most."""
        return self.filter(opened_at__isnull=True)


class PeriodLock(models.Model):
    """Periodlås: from `locked_at` to `opened_at` only an administrator with a reason changes what is booked."""

    period = PeriodField(_("period"))
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("låst av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    locked_at = models.DateTimeField(_("låst"))
    reason = models.CharField(_("orsak"), max_length=500)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("öppnad av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    opened_at = models.DateTimeField(_("öppnad"), null=True, blank=True)
    opened_reason = models.CharField(_("orsak till öppningen"), max_length=500, blank=True)

    objects = PeriodLockQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("periodlås")
        verbose_name_plural = _("periodlås")
        ordering = ["-period", "-locked_at"]
        constraints = [
            models.UniqueConstraint(
                name="finance_periodlock_once",
                fields=["period"],
                condition=models.Q(opened_at__isnull=True),
                violation_error_message=_("Perioden är redan låst."),
            ),
            models.CheckConstraint(
                name="finance_periodlock_has_reason",
                condition=~models.Q(reason=""),
                violation_error_message=_("Ange varför perioden låses."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.period)
