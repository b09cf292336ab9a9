import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.choices import MailChoice, ReminderKind
from goals.models.result import ExpectedResult
from services.models import Person
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField, Tertial, TertialField

#: No letter takes longer to hand over.
SENDS_WITHIN = dt.timedelta(minutes=15)


class SentReminderQuerySet(models.QuerySet["SentReminder"]):
    def unsure(self, at: dt.datetime) -> Self:
        """Those whose sending was cut off: nobody knows whether the letter went."""
        return self.filter(sent_at__isnull=True, claimed_at__lt=at - SENDS_WITHIN)


class SentReminder(models.Model):
    """That someone was reminded of a check-in: claimed before the letter goes, so that none goes twice, and sent when
    the mail server has taken it. One that stays claimed may have gone: it isn't sent again, but told."""

    result = models.ForeignKey(
        ExpectedResult, verbose_name=_("förväntat resultat"), on_delete=models.CASCADE, related_name="+"
    )
    tertial: "models.Field[Tertial | str, Tertial]" = TertialField(_("tertial"))
    month: "models.Field[Period | int | None, Period | None]" = PeriodField(_("månad"), null=True, blank=True)
    kind = models.CharField(_("varför"), max_length=20, choices=ReminderKind)
    person = models.ForeignKey(Person, verbose_name=_("till"), on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(_("påbörjad"))
    sent_at = models.DateTimeField(_("skickad"), null=True, blank=True)

    objects = SentReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("skickad påminnelse")
        verbose_name_plural = _("skickade påminnelser")
        ordering = ["-claimed_at"]
        constraints = [
            models.UniqueConstraint(
                name="goals_sentreminder_once",
                fields=["result", "tertial", "month", "kind", "person"],
                nulls_distinct=False,
                violation_error_message=_("Påminnelsen är redan skickad."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result.number} {self.get_kind_display()}"


class ReminderSettings(models.Model):
    """How a person wants to be reminded, and the calendar feed that shows the person's own deadlines.

    Of the feed's secret address only a digest is kept: who reads the database can't follow it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("konto"),
        on_delete=models.PROTECT,
        related_name="+",
        primary_key=True,
    )
    mail = models.CharField(_("brev"), max_length=10, choices=MailChoice, default=MailChoice.DIGEST)
    feed_digest = models.CharField(_("kalenderns nyckel"), max_length=64, null=True, blank=True, unique=True)
    feed_since = models.DateTimeField(_("kalendern finns sedan"), null=True, blank=True)

    history = history(excluded_fields=["feed_digest"])

    class Meta:
        verbose_name = _("val för påminnelser")
        verbose_name_plural = _("val för påminnelser")

    def __str__(self) -> str:
        return str(self.user)
