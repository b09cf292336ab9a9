import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.allocation import AllocationLine, AllocationRun
from finance.models.batch import ImportBatch
from finance.models.code_string import CodeString
from finance.models.codes import Counterparty
from finance.models.scope import ledger_scope
from services.access import owned_cost_objects
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField

if TYPE_CHECKING:
    from vp_portal.core.models import User


class PostingQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The rows that a user may see: by cost centre, by what was allocated to own cost objects, by sensitivity."""
        allocated = AllocationLine.objects.filter(
            run__in=AllocationRun.objects.in_force(),
            cost_object__in=owned_cost_objects(user, on).values("pk"),
            cell__batch=models.OuterRef("batch"),
            cell__period=models.OuterRef("period"),
            cell__code_string=models.OuterRef("code_string"),
        )
        group = "code_string__account__group"
        by_centre = ledger_scope(user, on, cost_centre="code_string__cost_centre", cost_object=None, group=group)
        not_sensitive = models.Q(**{f"{group}__isnull": True}) | models.Q(**{f"{group}__is_sensitive": False})
        if not by_centre:
            return self.all()
        return self.filter(by_centre | (models.Exists(allocated) & not_sensitive))

    def allocated_to(self, *cost_object_ids: int) -> Self:
        """The rows of cells that the run in force sends, wholly or in part, to one of the cost objects."""
        lines = AllocationLine.objects.filter(
            run__in=AllocationRun.objects.in_force(),
            cost_object__in=cost_object_ids,
            cell__batch=models.OuterRef("batch"),
            cell__period=models.OuterRef("period"),
            cell__code_string=models.OuterRef("code_string"),
        )
        return self.filter(models.Exists(lines))

    def unallocated(self) -> Self:
        """The rows of cells that no rule reaches."""
        lines = AllocationLine.objects.filter(
            run__in=AllocationRun.objects.in_force(),
            cell__batch=models.OuterRef("batch"),
            cell__period=models.OuterRef("period"),
            cell__code_string=models.OuterRef("code_string"),
        )
        return self.filter(~models.Exists(lines))


class LedgerRow(models.Model):
    """One line of a ledger file. Partitioned by batch; booked by COPY and set-based SQL, never changed.

    The tables are made with SQL in the migrations: the database's key is (batch, id).
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("importomgång"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    line = models.IntegerField(_("rad i filen"))
    period = PeriodField(_("period"))
    code_string = models.ForeignKey(
        CodeString, verbose_name=_("kodsträng"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    counterparty = models.ForeignKey(
        Counterparty,
        verbose_name=_("motpart"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        null=True,
        blank=True,
    )
    amount = MoneyField(_("belopp"))
    posted_on = models.DateField(_("datum"), null=True, blank=True)
    voucher_series = models.CharField(_("serie"), max_length=40, blank=True)
    voucher_no = models.CharField(_("verifikation"), max_length=60, blank=True)
    supplier_no = models.CharField(_("leverantörsnummer"), max_length=60, blank=True)
    supplier_name = models.CharField(_("leverantör"), max_length=200, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["batch", "line"]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"


class Posting(LedgerRow):
    """Kontering: a line of a batch in force. What refers to one stores batch and id without a database constraint."""

    objects = PostingQuerySet.as_manager()

    class Meta(LedgerRow.Meta):
        verbose_name = _("kontering")
        verbose_name_plural = _("konteringar")


class SupersededPosting(LedgerRow):
    """A line of a batch that was taken out: its partition was moved here whole."""

    class Meta(LedgerRow.Meta):
        verbose_name = _("utgången kontering")
        verbose_name_plural = _("utgångna konteringar")
