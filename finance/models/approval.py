import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import ApprovalLevel, Approved
from finance.models.budget import BudgetVersion
from services.models import CostObject, OrgUnit
from vp_portal.core.fields import MoneyField
from vp_portal.core.history import history
from vp_portal.core.periods import PeriodField


class BudgetApprovalQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(answer=Approved.WAITING)


class BudgetApproval(models.Model):
    """Who is to approve a version, at which level and by when; a unit's manager approves the unit's own part."""

    version = models.ForeignKey(
        BudgetVersion, verbose_name=_("budgetversion"), on_delete=models.PROTECT, related_name="approvals"
    )
    level = models.CharField(_("nivå"), max_length=10, choices=ApprovalLevel)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    due = models.DateField(_("senast"))
    answer = models.CharField(_("svar"), max_length=10, choices=Approved, default=Approved.WAITING)
    comment = models.TextField(_("kommentar"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    answered_at = models.DateTimeField(_("när"), null=True, blank=True)

    objects = BudgetApprovalQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("godkännande")
        verbose_name_plural = _("godkännanden")
        ordering = ["version", "level", "unit__name"]
        constraints = [
            models.UniqueConstraint(
                name="finance_budgetapproval_once",
                fields=["version", "level", "unit"],
                nulls_distinct=False,
                violation_error_message=_("Nivån finns redan för versionen."),
            ),
            models.CheckConstraint(
                name="finance_budgetapproval_unit_of_manager",
                condition=models.Q(level=ApprovalLevel.UNIT, unit__isnull=False)
                | (~models.Q(level=ApprovalLevel.UNIT) & models.Q(unit__isnull=True)),
                violation_error_message=_("Linjechefens godkännande gäller en enhet, de andras hela versionen."),
            ),
            models.CheckConstraint(
                name="finance_budgetapproval_answer_known",
                condition=models.Q(answer__in=Approved.values, level__in=ApprovalLevel.values),
                violation_error_message=_("Okänt svar eller okänd nivå."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_level_display()}"

    def is_late(self, on: dt.date) -> bool:
        return self.answer == Approved.WAITING and self.due < on


class VarianceComment(models.Model):
    """Why a unit, or a cost object, is off its budget for the year up to a period; required past the version's limits.

    `outcome` and `planned` are what was seen by whoever wrote it.
    """

    version = models.ForeignKey(
        BudgetVersion, verbose_name=_("budgetversion"), on_delete=models.PROTECT, related_name="variance_comments"
    )
    period = PeriodField(_("till och med"))
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    text = models.TextField(_("förklaring"))
    outcome = MoneyField(_("utfall"))
    planned = MoneyField(_("budgeterat"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("skriven av"), on_delete=models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField(_("skriven"))

    history = history()

    class Meta:
        verbose_name = _("avvikelsekommentar")
        verbose_name_plural = _("avvikelsekommentarer")
        ordering = ["-period", "unit__name", "cost_object__name"]
        constraints = [
            models.UniqueConstraint(
                name="finance_variancecomment_once",
                fields=["version", "period", "unit", "cost_object"],
                nulls_distinct=False,
                violation_error_message=_("Avvikelsen har redan en kommentar."),
            ),
            models.CheckConstraint(
                name="finance_variancecomment_unit_or_object",
                condition=models.Q(unit__isnull=True) ^ models.Q(cost_object__isnull=True),
                violation_error_message=_("En kommentar gäller en enhet eller en kostnadsbärare."),
            ),
            models.CheckConstraint(
                name="finance_variancecomment_has_text",
                condition=~models.Q(text=""),
                violation_error_message=_("Skriv varför det avviker."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.unit or self.cost_object}"
