import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import Sensitivity
from finance.models.allocation import AllocationLine
from finance.models.batch import ImportBatch
from finance.models.code_string import CodeString
from finance.models.codes import Counterparty
from finance.models.concerned import Concerned
from finance.models.scope import Sight, in_stretches, sight
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import Period, PeriodField

if TYPE_CHECKING:
    from vp_portal.core.models import User


class PostingQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The rows that a user may see: by cost centre, by what was allocated to own cost objects, by sensitivity.

        Who may see what is resolved to code strings first, in a query or two, so that the rows are found by index.
        """
        seen = sight(user, on)
        if seen.everything:
            return self.all()
        if seen.wide:
            return self.filter(self._open_or_concerning(seen.concerned))
        return self._of_own(seen)

    def _open_or_concerning(self, mine: Concerned) -> models.Q:
        """All but sensitive rows of others."""
        strings = CodeString.objects.filter(account__sensitivity__gt=Sensitivity.OPEN)
        sensitive = list(strings.values_list("pk", "cost_centre_id"))
        own = in_stretches("period", "code_string", _strings_of(_by_centre(sensitive), mine.stretches))
        return ~models.Q(code_string__in=[pk for pk, _ in sensitive]) | own

    def _of_own(self, seen: Sight) -> Self:
        """The rows of own cost centres, and the open ones that own cost objects have a part of."""
        mine = CodeString.objects.filter(cost_centre__in=seen.concerned.every)
        found = list(mine.values_list("pk", "cost_centre_id", "account__sensitivity"))
        stretches = _strings_of(_by_centre((pk, centre) for pk, centre, _ in found), seen.concerned.stretches)
        open_now = frozenset(
            pk for pk, centre, sensitivity in found if centre in seen.concerned.now and sensitivity == Sensitivity.OPEN
        )
        lines = AllocationLine.objects.in_force().filter(
            cost_object__in=seen.cost_objects, cell__code_string__account__sensitivity=Sensitivity.OPEN
        )
        sent = frozenset(lines.values_list("cell__code_string", flat=True).distinct())
        condition = models.Q(code_string__in=open_now) | in_stretches("period", "code_string", stretches)
        if sent:
            condition |= models.Q(models.Exists(_lines_of_row(lines)), code_string__in=sent)
        # The first condition alone lets the index find the rows; the second is asked of those only.
        return self.filter(code_string__in=open_now.union(sent, *stretches.values())).filter(condition)

    def allocated_to(self, *cost_object_ids: int) -> Self:
        """The rows of cells that the run in force sends, wholly or in part, to one of the cost objects."""
        lines = AllocationLine.objects.in_force().filter(cost_object__in=cost_object_ids)
        return self.filter(models.Exists(_lines_of_row(lines)))

    def unallocated(self) -> Self:
        """The rows of cells that no rule reaches."""
        return self.filter(~models.Exists(_lines_of_row(AllocationLine.objects.in_force())))


def _lines_of_row(lines: "models.QuerySet[AllocationLine]") -> "models.QuerySet[AllocationLine]":
    """Those of the outer row's cell."""
    return lines.filter(
        cell__batch=models.OuterRef("batch"),
        cell__period=models.OuterRef("period"),
        cell__code_string=models.OuterRef("code_string"),
    )


def _by_centre(strings: Iterable[tuple[int, int | None]]) -> dict[int | None, set[int]]:
    """Cost centre → its code strings."""
    found: dict[int | None, set[int]] = defaultdict(set)
    for pk, centre in strings:
        found[centre].add(pk)
    return found


def _strings_of(
    by_centre: Mapping[int | None, set[int]], stretches: Mapping[tuple[Period, Period], frozenset[int]]
) -> dict[tuple[Period, Period], frozenset[int]]:
    """The same stretches, with the cost centres' code strings."""
    return {
        periods: frozenset(pk for centre in centres for pk in by_centre.get(centre, ()))
        for periods, centres in stretches.items()
    }


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
