"""The sums once more, by one thing at a time: what a page about the whole department reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import Sensitivity, TotalBy
from finance.models.account import AccountGroup
from finance.models.allocation import UNCHECKED, CostRollupQuerySet
from finance.models.codes import CostCentre
from finance.models.run import AllocationRun
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField

TOTAL_COLUMNS = (
    'run_id, "by", period, cost_object_id, account_group_id, cost_centre_id, is_distribution, sensitivity, amount, '
    "absolute, row_count"
)
#: The totals out of `{sums}`, which has the columns of `CostRollup`: one part for each of TotalBy. Kinds of groups stay
#: apart, and what has a home from what has none.
TOTALS = """
    WITH part AS MATERIALIZED (
        SELECT u.*, g.kind FROM ({sums}) u LEFT JOIN finance_accountgroup g ON g.id = u.account_group_id
    )
    SELECT run_id, 'account_group' AS "by", period, min(cost_object_id) AS cost_object_id, account_group_id,
           NULL::bigint AS cost_centre_id, is_distribution, sensitivity, sum(amount) AS amount,
           sum(abs(amount)) AS absolute, sum(row_count) AS row_count
    FROM part GROUP BY run_id, period, cost_object_id IS NULL, account_group_id, is_distribution, sensitivity
    UNION ALL
    SELECT run_id, 'cost_centre', period, min(cost_object_id), min(account_group_id), cost_centre_id,
           is_distribution, sensitivity, sum(amount), sum(abs(amount)), sum(row_count)
    FROM part GROUP BY run_id, period, cost_object_id IS NULL, kind, cost_centre_id, is_distribution, sensitivity
    UNION ALL
    SELECT run_id, 'cost_object', period, cost_object_id, min(account_group_id), NULL, is_distribution,
           sensitivity, sum(amount), sum(abs(amount)), sum(row_count)
    FROM part GROUP BY run_id, period, cost_object_id, kind, is_distribution, sensitivity
"""


class CostTotal(models.Model):
    """A run's sums per period and one of account group, cost centre and cost object; a hundredth to a third of the
    rows of `CostRollup`, whose fields it has.

    What it isn't made `by` is not told apart: `cost_object` is then one of those that the sum holds, None for what is
    unallocated; `account_group` one of the same kind; `cost_centre` None. `absolute`: the
    absolute amounts of the rollups.
    """

    run = models.ForeignKey(AllocationRun, related_name="totals", **UNCHECKED)
    by = models.CharField(max_length=14, choices=TotalBy)
    period = PeriodField(_("period"))
    cost_object = models.ForeignKey(CostObject, related_name="+", null=True, **UNCHECKED)
    account_group = models.ForeignKey(AccountGroup, related_name="+", null=True, **UNCHECKED)
    cost_centre = models.ForeignKey(CostCentre, related_name="+", null=True, **UNCHECKED)
    is_distribution = models.BooleanField(default=False)
    sensitivity = models.PositiveSmallIntegerField(choices=Sensitivity, default=Sensitivity.OPEN)
    amount = MoneyField(_("belopp"))
    absolute = MoneyField(_("bruttobelopp"))
    row_count = models.IntegerField(_("rader"))

    objects = CostRollupQuerySet.as_manager()

    class Meta:
        verbose_name = _("totalsumma")
        verbose_name_plural = _("totalsummor")
        indexes = [
            models.Index(fields=["run", "by", "period", "cost_centre"], name="finance_total_by_period"),
            # A line manager's cost centres are few; their months are many.
            models.Index(
                fields=["run", "cost_centre", "period"],
                name="finance_total_of_centre",
                condition=models.Q(by=TotalBy.COST_CENTRE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.period} {self.amount}"
