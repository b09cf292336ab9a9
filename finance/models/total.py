"""The sums once more, by one thing at a time: what a page about the whole department reads."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import Sensitivity, TotalBy
from finance.models.account import AccountGroup
from finance.models.allocation import UNCHECKED
from finance.models.codes import CostCentre
from finance.models.rollup import CostRollupQuerySet
from finance.models.run import AllocationRun
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField

_COLUMNS = (
    "period, cost_object_id, account_group_id, cost_centre_id, is_distribution, sensitivity, amount, absolute, "
    "row_count"
)
TOTAL_COLUMNS = f'run_id, "by", {_COLUMNS}'
SPAN_COLUMNS = f'run_id, "by", months, {_COLUMNS}'
# Sums put together by one thing at a time, in one pass. Kinds of groups stay apart, and what has a home from what has
# none.
_TOTALS = """
    SELECT run_id, CASE GROUPING(by_group, cost_centre_id, by_object)
               WHEN 3 THEN 'account_group' WHEN 5 THEN 'cost_centre' ELSE 'cost_object' END AS "by",
           {months}period, min(cost_object_id) AS cost_object_id, min(account_group_id) AS account_group_id,
           cost_centre_id, is_distribution, sensitivity, sum(amount) AS amount, sum(absolute) AS absolute,
           sum(row_count) AS row_count
    FROM (
        SELECT u.*, u.account_group_id AS by_group, u.cost_object_id AS by_object, u.cost_object_id IS NULL AS is_bare,
               g.kind
        FROM ({{sums}}) u LEFT JOIN finance_accountgroup g ON g.id = u.account_group_id
    ) part
    GROUP BY run_id, {months}period, is_bare, kind, is_distribution, sensitivity,
             GROUPING SETS ((by_group), (cost_centre_id), (by_object))
"""
#: The totals out of `{sums}`, which has the columns of `CostRollup` and `absolute`.
TOTALS = _TOTALS.format(months="")
#: The spans of `{months}` months out of `{sums}`, as above without special periods: the sums themselves, and put
#: together.
SPANS = f"""
    WITH whole AS MATERIALIZED (
        SELECT run_id, {{months}} AS months, period - (period %% 100 - 1) %% {{months}} AS period, cost_object_id,
               account_group_id, cost_centre_id, is_distribution, sensitivity, sum(amount) AS amount,
               sum(absolute) AS absolute, sum(row_count) AS row_count
        FROM ({{sums}}) s GROUP BY 1, 3, 4, 5, 6, 7, 8
    )
    SELECT run_id, '' AS "by", months, {_COLUMNS} FROM whole
    UNION ALL {_TOTALS.format(months="months, ").format(sums="SELECT * FROM whole")}
"""  # noqa: S608  # our own texts


class _Total(models.Model):
    """What totals of months and of spans have in common: the fields of a sum, and what they are made by."""

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
        abstract = True


class CostTotal(_Total):
    """A run's sums per period and one of account group, cost centre and cost object; a hundredth to a third of the
    rows of `CostRollup`, whose fields it has.

    What it isn't made `by` is not told apart: `cost_object` is then one of those that the sum holds, None for what is
    unallocated; `account_group` one of the same kind; `cost_centre` None. `absolute`: the
    absolute amounts of the rollups.
    """

    run = models.ForeignKey(AllocationRun, related_name="totals", **UNCHECKED)
    by = models.CharField(max_length=14, choices=TotalBy)

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


class SpanTotal(_Total):
    """As `CostTotal`, and the sums themselves, of whole tertials and years: what a page about a year or two reads.

    `by` empty: nothing is put together. `months`: 4 or 12. `period`: the first of them; special periods are in none.
    """

    run = models.ForeignKey(AllocationRun, related_name="spans", **UNCHECKED)
    by = models.CharField(max_length=14, choices=TotalBy, blank=True)
    months = models.PositiveSmallIntegerField(_("månader"))

    class Meta:
        verbose_name = _("summa av flera månader")
        verbose_name_plural = _("summor av flera månader")
        indexes = [
            models.Index(fields=["run", "by", "months", "period", "cost_centre"], name="finance_span_by_period"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.period} + {self.months} {self.amount}"
