from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AllocationRunQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """The run that counts now: one at most. Its rules are many, and read when asked for."""
        return self.filter(in_force_from__isnull=False, in_force_to__isnull=True).defer("rules")


class AllocationRun(models.Model):
    """One resolution of the rules over the ledger, stored whole. Imports add their cells to the run in force.

    `rules` are those that it was made by, as they were then, and what is booked later follows them too (None for runs
    from before they were kept). `kept`: period → the run that its lines were taken over from. A scenario never counts.
    """

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    made_at = models.DateTimeField(_("tidpunkt"))
    in_force_from = models.DateTimeField(_("gäller från"), null=True, blank=True)
    in_force_to = models.DateTimeField(_("gällde till"), null=True, blank=True)
    scenario = models.CharField(
        _("scenario"), max_length=120, blank=True, help_text=_("Tomt: en fördelning som räknas.")
    )
    rules = models.JSONField(_("regler"), null=True, blank=True, editable=False)
    kept = models.JSONField(_("behållna perioder"), default=dict, blank=True, editable=False)

    objects = AllocationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("fördelning")
        verbose_name_plural = _("fördelningar")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                models.expressions.Value(1),
                name="finance_allocationrun_one_in_force",
                condition=models.Q(in_force_from__isnull=False, in_force_to__isnull=True),
            ),
            models.CheckConstraint(
                name="finance_allocationrun_scenario_never_counts",
                condition=models.Q(scenario="") | models.Q(in_force_from__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.made_at:%Y-%m-%d %H:%M}"


def current_run() -> models.Subquery:
    """The run that counts now, as one value: the database looks it up once, and then goes by its rows alone."""
    return models.Subquery(AllocationRun.objects.in_force().order_by().values("pk")[:1])
