"""Planned amounts once more, by one thing at a time: what a page about the whole department reads."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import TotalBy
from finance.models.account import AccountGroup
from finance.models.budget import BudgetLineQuerySet, BudgetVersion
from finance.models.codes import CostCentre
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField

#: Read with the version's other totals, never by these.
_POINTS: dict[str, Any] = {"db_index": False}


class BudgetTotal(models.Model):
    """A version's amounts per period and one of account group, cost centre and cost object; a tenth of the lines and
    fewer, with their fields.

    What it isn't made `by` is not told apart: `account_group` is then one of the same kind, and `cost_centre` or
    `cost_object`, whichever the cut has, one of those that the lines are of.
    """

    version = models.ForeignKey(BudgetVersion, on_delete=models.CASCADE, related_name="totals", **_POINTS)
    by = models.CharField(max_length=14, choices=TotalBy)
    period = PeriodField(_("period"))
    cost_centre = models.ForeignKey(
        CostCentre, on_delete=models.PROTECT, related_name="+", null=True, blank=True, **_POINTS
    )
    cost_object = models.ForeignKey(
        CostObject, on_delete=models.PROTECT, related_name="+", null=True, blank=True, **_POINTS
    )
    account_group = models.ForeignKey(AccountGroup, on_delete=models.PROTECT, related_name="+", **_POINTS)
    amount = MoneyField(_("belopp"))

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("budgetens totalsumma")
        verbose_name_plural = _("budgetens totalsummor")
        indexes = [models.Index(fields=["version", "by", "period"], name="finance_budgettotal_by")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.by} {self.period} {self.amount}"
