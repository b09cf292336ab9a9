from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.account import Account
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
        CodeString, verbose_name=_("kodsträng"), on_delete=models.PROTECT, related_name="cells", db_index=False
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
        indexes = [
            models.Index(fields=["period", "code_string"], name="finance_ledgercell_period"),
            models.Index(fields=["code_string", "period"], name="finance_ledgercell_string"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.period} {self.code_string_id}"


class LedgerSum(models.Model):
    """A batch's cells added up by period and account: a fifteenth of the rows. Made with the cells, and as lasting.

    What the ledger comes to is told without the sums of any run. The account says group and kind as they are now.
    """

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("importomgång"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = PeriodField(_("period"))
    account = models.ForeignKey(
        Account, verbose_name=_("konto"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))

    class Meta:
        verbose_name = _("huvudbokssumma")
        verbose_name_plural = _("huvudbokssummor")
        constraints = [
            models.UniqueConstraint(name="finance_ledgersum_once", fields=["period", "batch", "account"]),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.period} {self.account_id}"
