"""The list of imports: which files were booked, by whom, and whether they count. In the ledger's signs."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    Exists,
    F,
    Field,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from finance.choices import BatchState
from finance.models import ImportBatch, LedgerCell
from finance.models.batch import ImportBatchQuerySet
from finance.reports.batches import by, cells_shown
from vp_portal.core import formatting
from vp_portal.core.fields import MoneyField
from vp_portal.core.models import User
from vp_portal.core.periods import Period

PAGE_SIZE = 50


@dataclass(frozen=True)
class BatchFilters:
    """Empty for all. Days are those of the booking; `by` is a user's key, "server" for what nobody signed in booked."""

    text: str = ""
    state: str = ""
    source: str = ""
    period: Period | None = None
    by: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def condition(self) -> Q:
        condition = self._text() & _STATES.get(self.state, Q())
        if self.source:
            condition &= Q(source__code=self.source)
        if self.period:
            condition &= Q(Exists(LedgerCell.objects.filter(batch=OuterRef("pk"), period=self.period)))
        if self.by:
            condition &= Q(booked_by=None) if self.by == SERVER else Q(booked_by=int(self.by))
        if self.since:
            condition &= Q(booked_at__date__gte=self.since)
        if self.until:
            condition &= Q(booked_at__date__lte=self.until)
        return condition

    def _text(self) -> Q:
        """In the file's name and sheet, the start of its hash, or its number."""
        if not self.text:
            return Q()
        condition = Q(file_name__icontains=self.text) | Q(sha256__istartswith=self.text)
        number = self.text.removeprefix("#")
        return condition | Q(pk=int(number)) if number.isdecimal() and len(number) < 10 else condition


SERVER = "server"
_STATES: dict[str, Q] = {
    BatchState.NOW: Q(ended_at__isnull=True),
    BatchState.ENDED: Q(ended_at__isnull=False),
    BatchState.UNDONE: Q(ended_at__isnull=False, replaced_by__isnull=True),
    BatchState.REPLACED: Q(replaced_by__isnull=False),
    BatchState.DIFFERING: Q(stated_total__isnull=False) & ~Q(stated_total=F("total")),
}


def bookers() -> list[tuple[str, str]]:
    """Who has booked a file, by name: (key, name). One query."""
    users = User.objects.filter(Exists(ImportBatch.objects.filter(booked_by=OuterRef("pk"))))
    named = [(str(user.pk), user.get_full_name() or user.username) for user in users]
    return [*sorted(named, key=lambda one: one[1].lower()), (SERVER, _("på servern"))]


@dataclass(frozen=True)
class BatchList:
    """One page, and the sums of all hits."""

    rows: Page
    count: int
    row_count: int
    total: Decimal


def batch_list(filters: BatchFilters, number: str | None, *, whole: bool) -> BatchList:
    """Two queries. Each batch carries `first_period`, `last_period`, `shown_rows` and `shown_total`.

    Unless the reader sees the `whole` of a file, its rows and sum are those of the open accounts: the file's own sum
    less these would be what is sensitive in it.
    """
    batches = _found(filters, whole=whole)
    sums = batches.order_by().aggregate(
        count=Count("pk"), row_count=Sum("shown_rows", default=0), total=Sum("shown_total", default=Decimal("0.00"))
    )
    paginator = Paginator(_with_periods(batches), PAGE_SIZE)
    paginator.count = sums["count"]  # counted already, with the sums
    return BatchList(paginator.get_page(number), **sums)


def everything(filters: BatchFilters, *, whole: bool) -> ImportBatchQuerySet:
    """All rows of `batch_list`."""
    return _with_periods(_found(filters, whole=whole))


def _found(filters: BatchFilters, *, whole: bool) -> ImportBatchQuerySet:
    batches: ImportBatchQuerySet = ImportBatch.objects.filter(filters.condition())
    open_cells = cells_shown(whole=False).filter(batch=OuterRef("pk")).order_by().values("batch")
    return batches.annotate(
        shown_rows=F("row_count") if whole else _of_cells(open_cells, "row_count", IntegerField()),
        shown_total=F("total") if whole else _of_cells(open_cells, "amount", MoneyField()),
    )


def _with_periods(batches: ImportBatchQuerySet) -> ImportBatchQuerySet:
    cells = LedgerCell.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    return batches.select_related("source", "booked_by").annotate(
        first_period=Subquery(cells.annotate(period_=Min("period")).values("period_")),
        last_period=Subquery(cells.annotate(period_=Max("period")).values("period_")),
    )


def _of_cells(cells: QuerySet[LedgerCell, Any], name: str, field: Field) -> Coalesce:
    return Coalesce(Subquery(cells.annotate(sum_=Sum(name)).values("sum_")), Value(0), output_field=field)


def columns(*, whole: bool) -> list[str]:
    """The head of `table`. What a file's sum is checked against is for those who see the whole of it."""
    checked = [_("Kontrollsumma"), _("Skillnad")] if whole else []
    return [
        _("Import"),
        _("Fil"),
        _("Källa"),
        _("Första period"),
        _("Sista period"),
        _("Rader"),
        _("Summa"),
        *checked,
        _("Bokförd"),
        _("Av"),
        _("Läge"),
        _("Gällde till"),
        _("Ersatt av"),
        "SHA-256",
    ]


def table(batches: Iterable[ImportBatch], *, whole: bool) -> Iterator[Sequence[Any]]:
    """The rows of `everything` as those of a file."""
    for batch in batches:
        stated = [batch.stated_total, batch.difference] if whole else []
        shown: Any = batch  # with what `_found` and `_with_periods` add
        yield [
            batch.pk,
            batch.file_name,
            batch.source.name,
            str(shown.first_period or ""),
            str(shown.last_period or ""),
            shown.shown_rows,
            shown.shown_total,
            *stated,
            formatting.iso_time(batch.booked_at),
            by(batch),
            str(state_of(batch).label),
            batch.ended_at and formatting.iso_time(batch.ended_at),
            batch.replaced_by_id,
            batch.sha256,
        ]


def state_of(batch: ImportBatch) -> BatchState:
    """Whether it counts now, and if not, why."""
    if batch.ended_at is None:
        return BatchState.NOW
    return BatchState.UNDONE if batch.replaced_by_id is None else BatchState.REPLACED
