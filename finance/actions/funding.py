"""How something is funded from a day on: one set of shares in the place of another, whole or not at all."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from finance.actions.budgets import keep
from finance.models import FundingShare, FundingSource, LedgerProject
from finance.models.funding import WHOLE_MODEL, problem_of_model
from services.models import CostObject
from vp_portal.core.formatting import percent
from vp_portal.core.forms import ONE_DAY

if TYPE_CHECKING:
    from vp_portal.core.models import User

Target = CostObject | LedgerProject
#: A row's days and its share.
Part = tuple[DateRange, Decimal]


class NotWholeError(Exception):
    """Shares that don't add up to 100.00. Its text says what they add up to."""


class NoModelError(LookupError):
    """No set of shares begins on that day."""


@transaction.atomic
def set_model(
    target: Target,
    shares: Mapping[FundingSource, Decimal],
    *,
    first: dt.date,
    last: dt.date | None = None,
    registry_no: str,
    by: "User | None",
) -> DateRange:
    """Funds the target so from a day on, the last day included, at most up to the next set. What held before ends the
    day before; a set from the same day is replaced. Gives the days that it holds.

    Raises NotWholeError and ValidationError.
    """
    if problem := problem_of_model(list(shares.values())):
        raise NotWholeError(str(problem))
    rows = _held(target)
    ends = [row.valid.lower for row in rows if row.valid.lower > first]
    valid = DateRange(first, min([*ends, *([last + ONE_DAY] if last else [])], default=None), "[)")
    stored = {row.source_id: row for row in rows if row.valid.lower == first}
    for row in rows:
        if row.valid.lower < first and (row.valid.upper is None or row.valid.upper > first):
            row.valid = DateRange(row.valid.lower, first, "[)")
            keep(row, by, _("Ersatt av modellen från %s") % first)
    for source_id in stored.keys() - {source.pk for source in shares}:
        _erase(stored.pop(source_id), by)
    for source, share in shares.items():
        _keep_share(stored.get(source.pk) or _new(target, source), valid, share, registry_no, by)
    return valid


@transaction.atomic
def remove_model(target: Target, first: dt.date, *, by: "User | None") -> None:
    """Takes away the set that begins on a day. What ended when it began stays ended. Raises NoModelError."""
    rows = [row for row in _held(target) if row.valid.lower == first]
    if not rows:
        raise NoModelError
    for row in rows:
        _erase(row, by)


def _held(target: Target) -> list[FundingShare]:
    """The target's rows, nobody else's to change until the transaction ends."""
    type(target).objects.select_for_update(no_key=True).get(pk=target.pk)
    return list(FundingShare.objects.of(target))


def _new(target: Target, source: FundingSource) -> FundingShare:
    is_project = isinstance(target, LedgerProject)
    return FundingShare(**{"project" if is_project else "cost_object": target}, source=source)


def _keep_share(row: FundingShare, valid: DateRange, share: Decimal, registry_no: str, by: "User | None") -> None:
    if (row.valid, row.share, row.registry_no) == (valid, share, registry_no):
        return
    row.valid, row.share, row.registry_no = valid, share, registry_no
    row.full_clean()
    keep(row, by, _("Modell från %s") % valid.lower)


def _erase(row: FundingShare, by: "User | None") -> None:
    row._history_user, row._change_reason = by, _("Borttagen")  # type: ignore[attr-defined]  # read by simple_history
    row.delete()


def broken_day(parts: Iterable[Part]) -> tuple[dt.date, Decimal] | None:
    """The first day on which the parts of one target are neither nothing nor the whole, and what they are."""
    every = list(parts)
    days = {day for valid, _share in every for day in (valid.lower, valid.upper) if day}
    for day in sorted(days):
        held = [share for valid, share in every if day in valid]
        if held and sum(held) != WHOLE_MODEL:
            return day, sum(held, Decimal(0))
    return None


def problem_of_days(parts: Iterable[Part]) -> str:
    """What is wrong with the rows of one target beside each other, in words; empty when they are whole."""
    broken = broken_day(parts)
    if broken is None:
        return ""
    words = _("Andelarna ska bli 100,00 procent tillsammans. Från %(day)s blir de %(total)s.")
    return words % {"day": broken[0], "total": percent(broken[1], 2)}
