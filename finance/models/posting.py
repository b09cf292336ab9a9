import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.allocation import AllocationLine
from finance.models.batch import ImportBatch
from finance.models.code_string import CodeString
from finance.models.codes import Counterparty
from finance.models.scope import POSTING, ledger_scope, sight
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField

if TYPE_CHECKING:
    from vp_portal.core.models import User


class RowIn(models.Func):
    """`(a, b, c) IN (subquery)`, which Django has for composite keys only."""

    output_field: Any = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        *columns, (query, values) = [compiler.compile(part) for part in self.source_expressions]
        names = ", ".join(name for name, _none in columns)
        return f"({names}) IN {query}", [*(each for _name, given in columns for each in given), *values]


class PostingQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The rows that a user may see: by cost centre, by what was allocated to own cost objects, by sensitivity.

        Cost centres are keys that were looked up before, and what is allocated is one set that the database makes
        once: asked row by row, both took seconds for a year of a million rows.
        """
        seen = sight(user, on)
        lines = AllocationLine.objects.in_force().filter(cost_object__in=seen.cost_objects)
        return self.filter(ledger_scope(seen, POSTING, _in_cells_of(lines)))

    def allocated_to(self, *cost_object_ids: int) -> Self:
        """The rows of cells that the run in force sends, wholly or in part, to one of the cost objects."""
        lines = AllocationLine.objects.in_force().filter(cost_object__in=cost_object_ids)
        return self.filter(models.Exists(lines_of_row(lines)))

    def unallocated(self) -> Self:
        """The rows of cells that no rule reaches."""
        return self.filter(~models.Exists(lines_of_row(AllocationLine.objects.in_force())))


def lines_of_row(lines: "models.QuerySet[AllocationLine]") -> "models.QuerySet[AllocationLine]":
    """Those of the outer row's cell."""
    return lines.filter(
        cell__batch=models.OuterRef("batch"),
        cell__period=models.OuterRef("period"),
        cell__code_string=models.OuterRef("code_string"),
    )


def _in_cells_of(lines: "models.QuerySet[AllocationLine]") -> models.Q:
    """The rows of the lines' cells, as a set."""
    cells = lines.values("cell__batch", "cell__period", "cell__code_string")
    return models.Q(RowIn("batch", "period", "code_string", models.Subquery(cells)))


class LedgerRow(models.Model):
    """One line of a ledger file. Partitioned by batch; booked by COPY and set-based SQL, never changed.

    The tables are made with SQL in the migrations: the database's key is (batch, id).
    """

    #: A batch is a partition that booking makes and moves, which only the owner of the tables may.
    owned_by_application: ClassVar = True

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
