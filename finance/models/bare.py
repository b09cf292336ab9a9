from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.allocation import UNCHECKED
from finance.models.cell import LedgerCell
from finance.models.code_string import CodeString
from finance.models.run import AllocationRun
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField


class BareCell(models.Model):
    """What no line of a run takes of a cell: the cell, or the part of it that is left. Made and kept up with the sums
    of the run, whose unallocated ones they add up to. `is_whole`: nothing of the cell has a home."""

    run = models.ForeignKey(AllocationRun, related_name="+", **UNCHECKED)
    period = PeriodField(_("period"))
    cell = models.ForeignKey(LedgerCell, related_name="+", **UNCHECKED)
    code_string = models.ForeignKey(CodeString, related_name="+", **UNCHECKED)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))
    is_whole = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("huvudbokscell utan hemvist")
        verbose_name_plural = _("huvudboksceller utan hemvist")
        constraints = [models.UniqueConstraint(name="finance_barecell_once", fields=["run", "period", "cell"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id}: {self.row_count}"
