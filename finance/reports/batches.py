"""What was imported: the list of files, and what one of them held. In the ledger's signs, special periods included."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Field, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from finance.choices import Sensitivity
from finance.models import ImportBatch, LedgerCell
from finance.models.batch import ImportBatchQuerySet
from finance.reports.selection import NONE, Codes, Selection
from vp_portal.core import formatting
from vp_portal.core.fields import MoneyField

PAGE_SIZE = 50
OPEN = Q(code_string__account__sensitivity=Sensitivity.OPEN)
#: As many skipped rows are shown; the number of all is said.
SHOWN_SKIPPED = 100


@dataclass(frozen=True)
class BatchFilters:
    """`state`: now, ended, or empty for all. Days are those of the booking."""

    text: str = ""
    state: str = ""
    source: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def condition(self) -> Q:
        condition = Q()
        if self.text:
            condition &= Q(file_name__icontains=self.text) | Q(sha256__istartswith=self.text)
        if self.state:
            condition &= Q(ended_at__isnull=self.state == "now")
        if self.source:
            condition &= Q(source__code=self.source)
        if self.since:
            condition &= Q(booked_at__date__gte=self.since)
        if self.until:
            condition &= Q(booked_at__date__lte=self.until)
        return condition


def cells_shown(*, whole: bool) -> QuerySet[LedgerCell]:
    """The cells that a page may add up: those of open accounts, unless the reader sees everything."""
    return LedgerCell.objects.all() if whole else LedgerCell.objects.filter(OPEN)


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
    batches: ImportBatchQuerySet = ImportBatch.objects.filter(filters.condition())
    open_cells = cells_shown(whole=False).filter(batch=OuterRef("pk")).order_by().values("batch")
    batches = batches.annotate(
        shown_rows=F("row_count") if whole else _of_cells(open_cells, "row_count", IntegerField()),
        shown_total=F("total") if whole else _of_cells(open_cells, "amount", MoneyField()),
    )
    sums = batches.order_by().aggregate(
        count=Count("pk"), row_count=Sum("shown_rows", default=0), total=Sum("shown_total", default=Decimal("0.00"))
    )
    cells = LedgerCell.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    rows = batches.select_related("source", "booked_by").annotate(
        first_period=Subquery(cells.annotate(period_=Min("period")).values("period_")),
        last_period=Subquery(cells.annotate(period_=Max("period")).values("period_")),
    )
    paginator = Paginator(rows, PAGE_SIZE)
    paginator.count = sums["count"]  # counted already, with the sums
    return BatchList(paginator.get_page(number), **sums)


def _of_cells(cells: QuerySet[LedgerCell, Any], name: str, field: Field) -> Coalesce:
    return Coalesce(Subquery(cells.annotate(sum_=Sum(name)).values("sum_")), Value(0), output_field=field)


@dataclass(frozen=True)
class PartOfBatch:
    label: str
    rows: int
    amount: Decimal
    url: str


@dataclass(frozen=True)
class BatchContent:
    """What a batch's cells say that it held. `agrees`: they add up to the batch's own rows and sum; None for those
    who are not shown all of it."""

    periods: Sequence[PartOfBatch]
    groups: Sequence[PartOfBatch]
    rows: int
    amount: Decimal
    agrees: bool | None
    skipped: Sequence[Any]
    skipped_count: int


def content(batch: ImportBatch, on: dt.date, *, whole: bool) -> BatchContent:
    """Two queries. The rows of a batch that no longer counts are not among those that can be opened."""
    sums = {"amount": Sum("amount"), "rows": Sum("row_count")}
    cells = cells_shown(whole=whole).filter(batch=batch).order_by()
    by_period = list(cells.values_list("period").annotate(**sums).order_by("period"))
    fields = ("group__chart__code", "group__code", "group__name", "group__position")
    by_group = cells.values_list(*(f"code_string__account__{name}" for name in fields)).annotate(**sums)

    def url(selection: Selection) -> str:
        return "" if batch.ended_at else selection.rows_url(batch=batch.pk)

    periods = [
        PartOfBatch(str(period), rows, amount, url(Selection(on, period, period))) for period, amount, rows in by_period
    ]
    groups = [
        _group(chart, code, name, rows, amount, url, on)
        for chart, code, name, _position, amount, rows in sorted(by_group, key=lambda row: (row[3] is None, row[3]))
    ]
    rows, amount = sum(part.rows for part in periods), sum((part.amount for part in periods), Decimal("0.00"))
    return BatchContent(
        periods=periods,
        groups=groups,
        rows=rows,
        amount=amount,
        agrees=(rows, amount) == (batch.row_count, batch.total) if whole else None,
        skipped=batch.skipped[:SHOWN_SKIPPED],
        skipped_count=len(batch.skipped),
    )


def _group(chart: str, code: str | None, name: str, rows: int, amount: Decimal, url: Any, on: dt.date) -> PartOfBatch:
    value = NONE if code is None else f"{chart}.{code}"
    label = _("Konton utan kontogrupp") if code is None else name
    return PartOfBatch(label, rows, amount, url(Selection(on, groups=Codes((value,), (None,)))))


def by(batch: ImportBatch) -> str:
    """Who booked it."""
    user = batch.booked_by
    return (user.get_full_name() or user.username) if user else _("på servern")


def facts(batch: ImportBatch, *, whole: bool) -> list[dict[str, Any]]:
    """Where the batch came from and how the file was read. The file's own sum is for those who see the whole."""
    return [
        {"term": _("Källa"), "value": batch.source.name},
        {
            "term": _("Profil"),
            "value": batch.profile.name if batch.profile else "",
            "missing": _("filens egna rubriker"),
        },
        {"term": _("Bokförd"), "value": formatting.iso_time(batch.booked_at)},
        {"term": _("Av"), "value": by(batch)},
        {"term": _("Format"), "value": batch.file_format},
        {"term": _("Teckenkodning"), "value": batch.encoding},
        {"term": _("Storlek"), "value": _("%(count)s byte") % {"count": formatting.number(batch.file_size)}},
        *([_control_total(batch)] if whole else []),
        {"term": "SHA-256", "value": batch.sha256},
    ]


def _control_total(batch: ImportBatch) -> dict[str, Any]:
    return {
        "term": _("Kontrollsumma i filen"),
        "value": "" if batch.control_total is None else formatting.kr_ore(batch.control_total),
        "missing": _("filen har ingen"),
    }
