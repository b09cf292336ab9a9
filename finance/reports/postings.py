"""The rows behind the figures, to the öre."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Abs
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.choices import FlowKind, Sensitivity
from finance.models import AllocationLine, CostRollup, FundingSource, ImportBatch, Posting
from finance.models.cell_rows import are_divided, of_cells
from finance.models.posting import PostingQuerySet
from finance.reports import row_counts
from finance.reports.funding import income_of
from finance.reports.selection import LEDGER, LINE, NONE, ROLLUP, Selection, of_kind
from finance.reports.sums import total
from finance.reports.suppliers import of_supplier
from finance.reports.suppliers import part_of as part_of_supplier
from vp_portal.core.models import User
from vp_portal.core.periods import Period

PAGE_SIZE = 50
ZERO = Decimal("0.00")

#: Order → its label and its fields. Batch and line make any order complete.
ORDERS: dict[str, tuple[str | Promise, tuple[Any, ...]]] = {
    "date": (gettext_lazy("Senaste först"), (F("period").desc(), F("posted_on").desc(nulls_last=True))),
    "amount": (gettext_lazy("Största belopp först"), (Abs("amount").desc(),)),
    "file": (gettext_lazy("Som i filen"), ()),
}


@dataclass(frozen=True)
class RowFilters:
    """What only the rows can be chosen by. `special`: only the special periods of the selection's years."""

    account: str = ""
    text: str = ""
    batch: int | None = None
    special: bool = False
    order: str = "date"
    project: str = ""
    source: FundingSource | None = None

    def of_codes(self, code_string: str) -> Q:
        """What of the filters is about the code string, by the way to it."""
        condition = Q()
        if self.account:
            condition &= Q(**{f"{code_string}__account__code__startswith": self.account})
        if self.project:
            condition &= Q(**{f"{code_string}__project__code": self.project})
        if self.source:
            condition &= income_of(self.source, f"{code_string}__account")
        return condition

    def condition(self) -> Q:
        condition = self.of_codes("code_string")
        if self.batch is not None:
            condition &= Q(batch=self.batch)
        for word in self.text.split():
            condition &= (
                Q(text__icontains=word)
                | Q(supplier_name__icontains=word)
                | Q(supplier_no__iexact=word)
                | Q(voucher_no__istartswith=word)
            )
        return condition


@dataclass(frozen=True)
class RowsPage:
    """One page of the hits, and the number and sum of all of them.

    `part`: what of the sum is the chosen cost objects', where others have a part of the rows too.
    """

    rows: Page
    count: int
    total: Decimal
    part: Decimal | None = None


def found(
    user: User | AnonymousUser, chosen: Selection, filters: RowFilters, periods: Sequence[Period] | None = None
) -> PostingQuerySet:
    """The rows that count now and that the user may see; of the selection's months, or of some of these only."""
    # Of own cost centres all is seen that own cost objects have a part of.
    parts = () if row_counts.on_own_centres(user, chosen) else periods
    rows: PostingQuerySet = Posting.objects.visible_to(user, chosen.on, parts).filter(
        batch__in=ImportBatch.objects.in_force().values("pk")
    )
    rows = rows.filter(chosen.scope(LEDGER) & row_counts.in_months(chosen, filters, LEDGER) & filters.condition())
    if chosen.supplier:
        rows = rows.filter(of_supplier(chosen.supplier))
    if chosen.kind:
        rows = rows.filter(of_kind(LEDGER, chosen.kind))
    if periods is None:
        return _allocated(rows, chosen)
    rows = rows.filter(period__in=periods)
    cells = row_counts.cells_of(chosen, filters, periods)
    if cells is None:
        return _allocated(rows, chosen)
    rows = rows.filter(of_cells(cells))
    return _allocated(rows, chosen) if are_divided(periods) else rows


def _allocated(rows: PostingQuerySet, chosen: Selection) -> PostingQuerySet:
    keys = [key for key in chosen.objects.keys if key is not None]
    homeless = None in chosen.objects.keys
    if chosen.objects.codes and not chosen.objects.keys:
        return rows.none()
    if keys and homeless:
        return rows.filter(Q(pk__in=rows.allocated_to(*keys).values("pk")) | Q(pk__in=rows.unallocated().values("pk")))
    if keys:
        return rows.allocated_to(*keys)
    return rows.unallocated() if homeless else rows


def ordered(rows: PostingQuerySet, order: str) -> PostingQuerySet:
    """With all that a row shows, cost objects included, in one query."""
    return (
        rows.select_related(
            "batch", "code_string__account", "code_string__cost_centre", "code_string__project", "counterparty"
        )
        .with_homes()
        .order_by(*ORDERS[order][1], "batch", "line")
    )


def rows_page(user: User | AnonymousUser, chosen: Selection, filters: RowFilters, number: str | None) -> RowsPage:
    """Three queries, four for who sees parts only. A page that is not there is the nearest one.

    The page's keys are found first: what a row shows is then read for those that are shown, not for all that are
    sorted. Only the months that the page can be in are sorted, where the cells say how many rows these have.
    """
    by_period = row_counts.counts(user, chosen, filters)
    if by_period is None:
        asked = found(user, chosen, filters).order_by()
        sums = asked.aggregate(count=Count("pk"), total=Sum("amount", default=ZERO))
        count, total = sums["count"], sums["total"]
    else:
        count = sum(rows for rows, _amount in by_period.values())
        total = sum((amount for _rows, amount in by_period.values()), ZERO)
    paginator: Paginator = Paginator(range(count), PAGE_SIZE)
    page = paginator.get_page(number)
    page.object_list = _shown(user, chosen, filters, by_period, page) if count else []
    return RowsPage(page, count, total)


def _shown(
    user: User | AnonymousUser, chosen: Selection, filters: RowFilters, by_period: row_counts.Counts | None, page: Page
) -> list[Posting]:
    start, periods = page.start_index() - 1, None
    if by_period is not None and filters.order == "date":
        periods, start = _months_of_page(by_period, start)
    keys = found(user, chosen, filters, periods).order_by(*ORDERS[filters.order][1], "batch", "line")
    shown = list(keys.values_list("batch", "pk")[start : start + PAGE_SIZE])
    its = Posting.objects.filter(batch__in={batch for batch, _pk in shown}, pk__in=[pk for _batch, pk in shown])
    return list(ordered(its, filters.order))


def _months_of_page(by_period: row_counts.Counts, start: int) -> tuple[list[Period], int]:
    """The months that a page of the latest rows first lies in, and where among their rows it begins."""
    periods: list[Period] = []
    skipped = passed = 0
    for period in sorted(by_period, reverse=True):
        if passed >= start + PAGE_SIZE:
            break
        passed += by_period[period][0]
        if passed > start:
            periods.append(period)
        else:
            skipped = passed
    return periods, start - skipped


def part_of(user: User | AnonymousUser, chosen: Selection, filters: RowFilters) -> Decimal | None:
    """The chosen cost objects' part of the rows. One query, two of a supplier; None without such, or where single rows
    are searched."""
    keys = [key for key in chosen.objects.keys if key is not None]
    if not keys or None in chosen.objects.keys or filters.text:
        return None
    if chosen.supplier:
        only = filters == RowFilters(order=filters.order) and chosen.supplier != NONE
        return part_of_supplier(user, chosen, FlowKind(chosen.kind)) if only and chosen.kind else None
    if filters == RowFilters(order=filters.order, special=filters.special):
        sums = CostRollup.objects.visible_to(user, chosen.on).in_force()
        asked = chosen.scope(ROLLUP) & row_counts.in_months(chosen, filters, ROLLUP)
        return total(sums.filter(asked & of_kind(ROLLUP, chosen.kind) if chosen.kind else asked))
    lines = (
        AllocationLine.objects.visible_to(user, chosen.on)
        .in_force()
        .filter(chosen.scope(LINE) & row_counts.in_months(chosen, filters, LINE), cell__batch__ended_at__isnull=True)
    )
    if chosen.kind:
        lines = lines.filter(of_kind(LINE, chosen.kind))
    lines = lines.filter(filters.of_codes("cell__code_string"))
    if filters.batch is not None:
        lines = lines.filter(cell__batch=filters.batch)
    part: Decimal = lines.aggregate(part=Sum("amount", default=Decimal("0.00")))["part"]
    return part


def sensitive_among(rows: Iterable[Any]) -> int:
    """How many of the rows of `ordered`, or of what was said of rows, are sensitive. No query where they are read
    with their accounts."""
    return sum(row.code_string.account.sensitivity > Sensitivity.OPEN for row in rows)


def columns() -> list[str]:
    return [
        _("Period"),
        _("Datum"),
        _("Verifikation"),
        _("Konto"),
        _("Kontots namn"),
        _("Kostnadsställe"),
        _("Kostnadsställets namn"),
        _("Projekt"),
        _("Leverantör"),
        _("Text"),
        _("Kostnadsbärare"),
        _("Belopp"),
        _("Import"),
        _("Rad i filen"),
    ]


def table(rows: Iterable[Posting]) -> Iterator[list[Any]]:
    """The rows of `ordered` as those of a file."""
    for row in rows:
        codes = row.code_string
        yield [
            str(row.period),
            row.posted_on,
            voucher(row),
            codes.account.code,
            codes.account.name,
            codes.cost_centre.code if codes.cost_centre else "",
            codes.cost_centre.name if codes.cost_centre else "",
            codes.project.code if codes.project else "",
            row.supplier_name,
            row.text,
            ", ".join(row.homes),  # type: ignore[attr-defined]  # from ordered()
            row.amount,
            row.batch_id,
            row.line,
        ]


def voucher(row: Posting) -> str:
    return f"{row.voucher_series} {row.voucher_no}".strip()
