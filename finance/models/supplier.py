from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from finance.models.batch import ImportBatch
from finance.models.code_string import CodeString
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField


class SupplierBatchQuerySet(models.QuerySet):
    def waiting(self) -> models.QuerySet[ImportBatch]:
        """The batches in force that are not added up yet."""
        return ImportBatch.objects.in_force().exclude(pk__in=SupplierBatch.objects.values("batch")).order_by("pk")


class SupplierBatch(models.Model):
    """That a batch's rows are added up by supplier. Until then its rows are asked themselves."""

    batch = models.OneToOneField(
        ImportBatch, verbose_name=_("importomgång"), on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    summed_at = models.DateTimeField(_("tidpunkt"))

    objects = SupplierBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("importomgång summerad per leverantör")
        verbose_name_plural = _("importomgångar summerade per leverantör")

    def __str__(self) -> str:
        return str(self.batch_id)


class SupplierSumQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Those of batches that count now. The sums of a batch never change: undo and replace only end the batch."""
        return self.filter(Exists(ImportBatch.objects.in_force().filter(pk=OuterRef("batch"))))


class SupplierSum(models.Model):
    """A batch's sum per period × code string × supplier. Rows without a supplier are in none.

    The code string says account and cost centre, and with them group and sensitivity as they are now: nothing here has
    to follow when an account's class changes. The keys meet those of `LedgerCell`.
    """

    #: Written by the background worker alone, a batch at a time.
    database_rights: ClassVar = ("SELECT", "INSERT", "DELETE")

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("importomgång"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    period = PeriodField(_("period"))
    code_string = models.ForeignKey(
        CodeString, verbose_name=_("kodsträng"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    supplier_no = models.CharField(_("leverantörsnummer"), max_length=60, blank=True)
    supplier_name = models.CharField(_("leverantör"), max_length=200, blank=True)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))

    objects = SupplierSumQuerySet.as_manager()

    class Meta:
        verbose_name = _("summa per leverantör")
        verbose_name_plural = _("summor per leverantör")
        constraints = [
            models.UniqueConstraint(
                name="finance_suppliersum_once",
                fields=["batch", "period", "code_string", "supplier_no", "supplier_name"],
            ),
            models.CheckConstraint(
                name="finance_suppliersum_has_supplier",
                condition=~models.Q(supplier_no="", supplier_name=""),
            ),
        ]
        indexes = [models.Index(fields=["period", "batch"], name="finance_suppliersum_period")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.period} {self.supplier_no or self.supplier_name}"
