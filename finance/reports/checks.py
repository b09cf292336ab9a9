"""Whether the parts add up to the ledger, and what a user's figures leave out."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, Sum

from finance.choices import FlowKind
from finance.models import AllocationLine, AllocationRun, CostRollup, LedgerCell
from finance.models.allocation import CostRollupQuerySet
from finance.models.scope import sees_everything
from finance.reports.economy import ZERO, Flows
from finance.reports.selection import LEDGER, LINE, ROLLUP, Lookups, Selection, of_kind
from vp_portal.core.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Proof:
    """The parts on the page against a sum of the ledger's own cells, counted without the rollups.

    `shown` is the table's sum and `ledger` the same in the ledger; `everything` and `ledger_everything` hold all
    kinds of rows in the months. All in the ledger's signs.
    """

    shown: Decimal
    ledger: Decimal
    everything: Decimal
    ledger_everything: Decimal

    @property
    def holds(self) -> bool:
        return self.shown == self.ledger

    @property
    def everything_holds(self) -> bool:
        return self.everything == self.ledger_everything

    @property
    def difference(self) -> Decimal:
        return self.shown - self.ledger

    @property
    def everything_difference(self) -> Decimal:
        return self.everything - self.ledger_everything


def proof(shown: Decimal, found: Flows, chosen: Selection, kind: FlowKind) -> Proof:
    """One query on the cells of the batches in force; two when cost objects are chosen, on what was sent to them."""
    sums = {"kind": ZERO, "every": ZERO}
    named = [key for key in chosen.cost_objects.keys if key is not None]
    if not chosen.cost_objects.codes:
        sums = _sums(LedgerCell.objects.filter(batch__ended_at__isnull=True), LEDGER, chosen, kind)
    if named:
        sent = AllocationLine.objects.filter(run__in=AllocationRun.objects.in_force(), cell__batch__ended_at=None)
        sums = _sums(sent, LINE, chosen, kind)
    if None in chosen.cost_objects.keys:
        taken = AllocationLine.objects.filter(run__in=AllocationRun.objects.in_force()).values("cell")
        untaken = LedgerCell.objects.filter(batch__ended_at__isnull=True).exclude(pk__in=taken)
        homeless = _sums(untaken, LEDGER, chosen, kind)
        sums = {key: sums[key] + homeless[key] for key in sums}
    return Proof(shown, sums["kind"], found.everything, sums["every"])


def _sums(rows: "QuerySet[Any]", at: Lookups, chosen: Selection, kind: FlowKind) -> dict[str, Decimal]:
    return rows.filter(chosen.scope(at) & chosen.periods(at)).aggregate(
        kind=Sum("amount", filter=of_kind(at, kind), default=ZERO), every=Sum("amount", default=ZERO)
    )


@dataclass(frozen=True)
class LeftOut:
    """What the user's figures leave out of what is booked in the selection. `partly`: rows of others' cost centres."""

    salaries: bool = False
    partly: bool = False


def left_out(seen: CostRollupQuerySet, chosen: Selection, user: User | AnonymousUser) -> LeftOut:
    """Two queries, none for those who see everything."""
    if sees_everything(user):
        return LeftOut()
    scope = chosen.scope(ROLLUP) & chosen.periods(ROLLUP)
    counts = {"salaries": Count("pk", filter=Q(account_group__is_sensitive=True)), "every": Count("pk")}
    booked = CostRollup.objects.in_force().filter(scope).aggregate(**counts)
    visible = seen.filter(scope).aggregate(**counts)
    hidden, salaries = booked["every"] - visible["every"], booked["salaries"] - visible["salaries"]
    return LeftOut(salaries=salaries > 0, partly=hidden > salaries)


def seen_by(user: User | AnonymousUser, on: dt.date) -> CostRollupQuerySet:
    """The sums in force that a user may see. Make it once a request: it looks up the user's units."""
    rollups: CostRollupQuerySet = CostRollup.objects.visible_to(user, on).in_force()
    return rollups
