"""What one imported file held. In the ledger's signs, special periods included."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from finance.choices import Sensitivity
from finance.models import ImportBatch, LedgerCell
from finance.reports.selection import NONE, Codes, Selection
from vp_portal.core import formatting
from vp_portal.core.history import names_of
from vp_portal.core.models import User

OPEN = Q(code_string__account__sensitivity=Sensitivity.OPEN)
#: As many skipped rows are shown; the number of all is said.
SHOWN_SKIPPED = 100


def cells_shown(*, whole: bool) -> QuerySet[LedgerCell]:
    """The cells that a page may add up: those of open accounts, unless the reader sees everything."""
    return LedgerCell.objects.all() if whole else LedgerCell.objects.filter(OPEN)


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
    return name_of(batch.booked_by)


def name_of(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else _("på servern")


def ending(batch: ImportBatch) -> str:
    """When the batch ceased to count, who took it out and why; empty while it counts. Two queries."""
    if batch.ended_at is None:
        return ""
    change = batch.history.filter(ended_at=batch.ended_at).order_by("history_id").first()
    words = _("Importen gällde till %(moment)s och togs ut av %(who)s.") % {
        "moment": formatting.iso_time(batch.ended_at),
        "who": names_of([change.history_user_id])[change.history_user_id] if change else _("okänd"),
    }
    why = change.history_change_reason if change else ""
    return " ".join([words, *([_("Skäl: %(why)s.") % {"why": why.rstrip(".")}] if why else [])])


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
        *([_control_total(batch), stated_total(batch)] if whole else []),
        {"term": "SHA-256", "value": batch.sha256},
    ]


def _control_total(batch: ImportBatch) -> dict[str, Any]:
    return {
        "term": _("Kontrollsumma i filen"),
        "value": "" if batch.control_total is None else formatting.kr_ore(batch.control_total),
        "missing": _("filen har ingen"),
    }


def stated_total(batch: ImportBatch) -> dict[str, Any]:
    """The control total that somebody typed, by whom, and how it agrees with the file."""
    value = ""
    if batch.stated_total is not None:
        agrees = _("stämmer") if not batch.difference else _("filen skiljer %(difference)s")
        agrees = agrees % {"difference": formatting.kr_ore(batch.difference, signed=True)}
        who = name_of(batch.stated_by)
        value = f"{formatting.kr_ore(batch.stated_total)}, {agrees} ({who})"
    return {"term": _("Angiven kontrollsumma"), "value": value, "missing": _("ingen angavs")}
