from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.cell import LedgerCell
from finance.models.rule import AllocationRule
from finance.models.run import AllocationRun
from services.models import CostObject
from vp_portal.core.fields import MoneyField


class CellSlice(models.Model):
    """A part of a cell that a run sends another way than the rest: postings by hand, or by a rule on what they say.

    Either `cost_object`, given by hand, or `rule`. What is left of the cell has no row. Made by a run, and copied by
    one that takes the period over.
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="slices")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="slices")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))

    class Meta:
        verbose_name = _("del av huvudbokscell")
        verbose_name_plural = _("delar av huvudboksceller")
        constraints = [
            models.UniqueConstraint(
                name="finance_cellslice_once", fields=["run", "cell", "rule", "cost_object"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="finance_cellslice_by_rule_or_by_hand",
                condition=models.Q(rule__isnull=True, cost_object__isnull=False)
                | models.Q(rule__isnull=False, cost_object__isnull=True),
            ),
            models.CheckConstraint(name="finance_cellslice_has_rows", condition=models.Q(row_count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id}: {self.row_count}"


class SlicedPosting(models.Model):
    """A posting of a slice. `posting` has no constraint in the database: the slice's cell tells the batch."""

    slice = models.ForeignKey(CellSlice, on_delete=models.PROTECT, related_name="postings")
    posting = models.BigIntegerField()

    class Meta:
        verbose_name = _("kontering i del av cell")
        verbose_name_plural = _("konteringar i delar av celler")
        constraints = [models.UniqueConstraint(name="finance_slicedposting_once", fields=["posting", "slice"])]

    def __str__(self) -> str:
        return f"{self.slice_id}: {self.posting}"


class SupersededSlice(models.Model):
    """A slice as it was until its cell was allocated anew, with its postings. `id`: its number as a CellSlice."""

    id = models.BigIntegerField(primary_key=True)
    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="+")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))
    postings = ArrayField(models.BigIntegerField(), verbose_name=_("konteringar"))
    until = models.DateTimeField(_("gällde till"))

    class Meta:
        verbose_name = _("utgången del av huvudbokscell")
        verbose_name_plural = _("utgångna delar av huvudboksceller")

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id}: {self.row_count}"
