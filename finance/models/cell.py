from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.batch import ImportBatch
from finance.models.code_string import CodeString
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField


class LedgerCell(models.Model):
    """A batch's postings added up by period and code string. Kept when the batch is superseded."""

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("importomgång"), on_delete=models.PROTECT, related_name="cells"
    )
    period = PeriodField(_("period"))
    code_string = models.ForeignKey(
        CodeString, verbose_name=_("kodsträng"), on_delete=models.PROTECT, related_name="cells"
    )
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))

    class Meta:
        verbose_name = _("huvudbokscell")
        verbose_name_plural = _("huvudboksceller")
        constraints = [
            models.UniqueConstraint(name="finance_ledgercell_once", fields=["batch", "period", "code_string"]),
            models.CheckConstraint(name="finance_ledgercell_has_rows", condition=models.Q(row_count__gt=0)),
            models.CheckConstraint(
                name="finance_ledgercell_period_form",
                condition=models.Q(period__gte=190000, period__lte=299913),
            ),
        ]
        indexes = [models.Index(fields=["period", "code_string"], name="finance_ledgercell_period")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.period} {self.code_string_id}"
