from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.account import Account
from finance.models.codes import ActivityCode, CostCentre, Funder, LedgerProject


class CodeString(models.Model):
    """A distinct combination of code parts that was ever booked. Rules are resolved against it, not postings."""

    account = models.ForeignKey(Account, verbose_name=_("konto"), on_delete=models.PROTECT, related_name="code_strings")
    cost_centre = models.ForeignKey(
        CostCentre,
        verbose_name=_("kostnadsställe"),
        on_delete=models.PROTECT,
        related_name="code_strings",
        null=True,
        blank=True,
    )
    project = models.ForeignKey(
        LedgerProject,
        verbose_name=_("projekt"),
        on_delete=models.PROTECT,
        related_name="code_strings",
        null=True,
        blank=True,
    )
    activity = models.ForeignKey(
        ActivityCode,
        verbose_name=_("verksamhet"),
        on_delete=models.PROTECT,
        related_name="code_strings",
        null=True,
        blank=True,
    )
    funder = models.ForeignKey(
        Funder,
        verbose_name=_("finansiär"),
        on_delete=models.PROTECT,
        related_name="code_strings",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("kodsträng")
        verbose_name_plural = _("kodsträngar")
        constraints = [
            models.UniqueConstraint(
                name="finance_codestring_combination_once",
                fields=["account", "cost_centre", "project", "activity", "funder"],
                nulls_distinct=False,
                violation_error_message=_("Kombinationen finns redan."),
            ),
        ]

    def __str__(self) -> str:
        parts = [self.account, self.cost_centre, self.project, self.activity, self.funder]
        return " · ".join(part.code if part else "–" for part in parts)
