import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.allocation import AllocationLine
from finance.models.batch import ImportBatch
from finance.models.cell_rows import are_divided, of_cells
from finance.models.code_string import CodeString
from finance.models.codes import Counterparty
from finance.models.run import AllocationRun
from finance.models.scope import POSTING, ledger_scope, sight
from finance.models.slice import SlicedPosting
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import Period, PeriodField

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
    def visible_to(self, user: "User | AnonymousUser", on: dt.date, periods: Sequence[Period] | None = None) -> Self:
        """The rows that a user may see: by cost centre, by what was allocated to own cost objects, by sensitivity.
        With `periods` own cost objects' parts are asked for in these alone, so that the sets are small.

        Cost centres are keys that were looked up before, and what is allocated is one set that the database makes
        once: asked row by row, both took seconds for a year of a million rows.
        """
        seen = sight(user, on)
        return self.filter(ledger_scope(seen, POSTING, are_sent_to(seen.cost_objects, periods)))

    def sent_to(self, cost_objects: Any) -> Self:
        """As `allocated_to`, of many cost objects, as a set."""
        return self.filter(are_sent_to(cost_objects))

    def allocated_to(self, *cost_object_ids: int) -> Self:
        """The rows that the run in force sends, wholly or in part, to one of the cost objects."""
        lines = AllocationLine.objects.in_force().filter(cost_object__in=cost_object_ids)
        return self.filter(
            models.Q(models.Exists(_of_rest(lines)), ~_is_sliced()) | models.Q(models.Exists(_of_slice(lines)))
        )

    def unallocated(self) -> Self:
        """The rows that no rule reaches, and nobody has given a home."""
        lines = AllocationLine.objects.in_force()
        return self.filter(~models.Exists(_of_slice(lines)), ~models.Exists(_of_rest(lines)) | models.Q(_is_sliced()))

    def with_homes(self) -> Self:
        """Each with the names of its cost objects in `homes`."""
        own, rest = (
            ArraySubquery(lines.order_by("cost_object__name").values("cost_object__name").distinct())
            for lines in (_of_slice(AllocationLine.objects.in_force()), _of_rest(AllocationLine.objects.in_force()))
        )
        return self.annotate(homes=models.Case(models.When(_is_sliced(), then=own), default=rest))


def _of_rest(lines: "models.QuerySet[AllocationLine]") -> "models.QuerySet[AllocationLine]":
    """Those of the outer row's cell, for the rows that no slice has taken."""
    return lines.filter(
        cell__batch=models.OuterRef("batch"),
        cell__period=models.OuterRef("period"),
        cell__code_string=models.OuterRef("code_string"),
        slice__isnull=True,
    )


def _of_slice(lines: "models.QuerySet[AllocationLine]") -> "models.QuerySet[AllocationLine]":
    """Those of the slice that the outer row is in."""
    return lines.filter(slice__postings__posting=models.OuterRef("pk"))


def _is_sliced(row: str = "pk") -> models.Exists:
    """Whether the run in force sends the outer row another way than the rest of its cell."""
    taken = SlicedPosting.objects.filter(slice__run__in=AllocationRun.objects.in_force())
    return models.Exists(taken.filter(posting=models.OuterRef(row)))


def are_sent_to(cost_objects: Any, periods: Sequence[Period] | None = None, *, row: str = "pk") -> models.Q:
    """The rows that the run in force sends to any of the cost objects, as sets that the database makes once. Asked of
    postings, or of what has their batch, period and code string and their number in `row`.

    Of some periods, the cells are looked up before, where all rows of a cell go the same way: one query, or two.
    """
    lines = AllocationLine.objects.in_force().filter(cost_object__in=cost_objects)
    columns = ("cell__batch", "cell__period", "cell__code_string")
    if periods is not None:
        lines = lines.filter(period__in=periods)
        if not cost_objects or not periods:
            return models.Q(pk__in=[])
        if not are_divided(periods):
            return of_cells(lines.values_list(*columns))
    sliced = lines.filter(slice__isnull=False).values("slice__postings__posting")
    in_rest = models.Q(
        RowIn("batch", "period", "code_string", models.Subquery(lines.filter(slice__isnull=True).values(*columns)))
    )
    return (in_rest & ~models.Q(_is_sliced(row))) | models.Q((f"{row}__in", sliced))


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
