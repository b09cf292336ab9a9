"""Whether the parts add up to the ledger, and what a user's figures leave out."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q, Subquery, Sum

from finance.choices import FlowKind, Sensitivity, TotalBy
from finance.models import (
    Account,
    AllocationLine,
    AllocationRun,
    CodeString,
    CostRollup,
    CostTotal,
    ImportBatch,
    LedgerCell,
    LedgerSum,
)
from finance.models.rollup import CostRollupQuerySet
from finance.models.scope import ROLLUP as RIGHTS
from finance.models.scope import gets_sums, ledger_scope, sees_everything, sight
from finance.reports.economy import ZERO, Flows
from finance.reports.selection import LEDGER, LINE, ROLLUP, Codes, Lookups, Selection, of_kind
from vp_portal.core.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Proof:
    """A sum of parts against the ledger that they were made of, in the ledger's signs."""

    parts: Decimal
    ledger: Decimal

    @property
    def holds(self) -> bool:
        return self.parts == self.ledger

    @property
    def difference(self) -> Decimal:
        return self.parts - self.ledger


@dataclass(frozen=True)
class SelectionProof:
    """The table's sum, and that of all kinds of rows in the months, counted without the rollups."""

    table: Proof
    everything: Proof


def whole_proof() -> Proof:
    """All that counts now, whatever its kind of account and period. Two sums, of what pages read and of batches."""
    totals = CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP).in_force()
    parts = totals.aggregate(total=Sum("amount"))["total"] or ZERO
    ledger = ImportBatch.objects.in_force().aggregate(total=Sum("total"))["total"] or ZERO
    return Proof(parts, ledger)


def proof(shown: Decimal, found: Flows, chosen: Selection, kind: FlowKind) -> SelectionProof:
    """One or two queries on the ledger in force; with cost objects, up to three on what is sent and what is not."""
    sums = {"kind": ZERO, "every": ZERO}
    named = [key for key in chosen.objects.keys if key is not None]
    if not chosen.objects.codes:
        sums = _sums_of_ledger(chosen, kind)
    if named:
        sent = AllocationLine.objects.in_force().filter(cell__batch__ended_at=None)
        sums = _sums(sent, LINE, chosen, kind)
    if None in chosen.objects.keys:
        # What no line takes; of a cell that is divided, a part.
        sent = AllocationLine.objects.in_force().filter(cell__batch__ended_at=None)
        whole = replace(chosen, cost_objects=Codes(), areas=Codes(), portfolios=Codes(), within=None)
        every = _sums_of_ledger(whole, kind)
        taken = _sums(sent, LINE, whole, kind)
        sums = {key: sums[key] + every[key] - taken[key] for key in sums}
    return SelectionProof(Proof(shown, sums["kind"]), Proof(found.everything, sums["every"]))


def _sums(rows: "QuerySet[Any]", at: Lookups, chosen: Selection, kind: FlowKind) -> dict[str, Decimal]:
    return rows.filter(chosen.scope(at) & chosen.periods(at)).aggregate(
        kind=Sum("amount", filter=of_kind(at, kind), default=ZERO), every=Sum("amount", default=ZERO)
    )


def _sums_of_ledger(chosen: Selection, kind: FlowKind) -> dict[str, Decimal]:
    """As `_sums`, of all that counts: out of what is kept of each account, where no cost centre is told apart."""
    if chosen.units.codes or chosen.cost_centres.codes:
        return _sums_of_cells(chosen, kind)
    return _sums(LedgerSum.objects.filter(batch__ended_at__isnull=True), _ACCOUNT, chosen, kind)


def _sums_of_cells(chosen: Selection, kind: FlowKind) -> dict[str, Decimal]:
    """As `_sums`, of all cells that count. Added up by code string first: a year has ten times as many cells. Two
    queries."""
    cells = LedgerCell.objects.filter(chosen.scope(LEDGER) & chosen.periods(LEDGER), batch__ended_at__isnull=True)
    sums = dict(cells.order_by().values_list("code_string").annotate(total=Sum("amount")))
    of_the_kind = CodeString.objects.filter(of_kind(_STRING, kind)).values_list("pk", flat=True)
    return {
        "kind": sum((sums[pk] for pk in set(of_the_kind) & sums.keys()), ZERO),
        "every": sum(sums.values(), ZERO),
    }


_ACCOUNT = Lookups("period", "", "account__group", "account__is_distribution")
_STRING = Lookups("", "cost_centre", "account__group", "account__is_distribution")


@dataclass(frozen=True)
class LeftOut:
    """What a user's figures leave out. `partly`: open rows of others' cost centres, whether there are any or not: that
    follows from the right, so that no filter tells what is booked on another's; `salaries`: sensitive rows;
    `some_salaries`: others of these are in; `as_sums`: the user gets them as sums per unit instead."""

    salaries: bool = False
    partly: bool = False
    some_salaries: bool = False
    as_sums: bool = False


def left_out(user: User | AnonymousUser, on: dt.date, where: Q, *, when: Q, is_own: bool) -> LeftOut:
    """One query, none for those who see everything. `where`: the rows that the page is about, in the months `when`;
    `is_own`: all of it is the user's own to see, salaries aside.

    Whether sensitive rows of others are left out is asked of all months together: in a single one, the answer could
    tell that somebody was ill.
    """
    if sees_everything(user):
        return LeftOut()
    sees = sight(user, on)
    visible = ledger_scope(sees, RIGHTS, Q(cost_object__in=sees.cost_objects))
    own = Q(cost_centre__in=sees.concerned.every)
    hidden = CostRollup.objects.in_force().filter(where, sensitivity__gt=Sensitivity.OPEN)
    others = hidden.filter(~own).order_by("cost_centre_id").values("pk")
    found: list[Any] = [Subquery(others[:1]) if _is_wide(where) else Exists(others)]
    if sees.concerned.stretches:  # Nothing sensitive is own, nor seen, by others.
        found += [
            Exists(hidden.filter(when & own & ~visible, sensitivity=Sensitivity.SENSITIVE)),
            Exists(hidden.filter(own & visible)),
        ]
    asked = AllocationRun.objects.in_force().values_list(*found).first() or ()
    of_others, of_own, some = (*map(bool, asked), False, False, False)[:3]
    return LeftOut(
        salaries=of_others or of_own,
        partly=not (sees.wide or is_own),
        some_salaries=some,
        as_sums=gets_sums(user),
    )


def _is_wide(where: Q) -> bool:
    """Whether nothing is chosen by. The first sensitive row is then sought in the order of the index of those: the
    database would look for it among all rows."""
    return not any(_chooses(one) for one in where.children)


def _chooses(part: Any) -> bool:
    """A part of a condition: a pair of a lookup and a value, a condition, or an expression, which asks for a kind."""
    if isinstance(part, tuple):
        return str(part[0]).startswith((RIGHTS.cost_centre, "cost_object"))
    return isinstance(part, Q) and not _is_wide(part)


def left_out_of(user: User | AnonymousUser, chosen: Selection) -> LeftOut:
    """What is left out of a selection. Account groups without sensitive accounts have nothing sensitive to leave out;
    which of the others have is not told."""
    found = left_out(
        user,
        chosen.on,
        replace(chosen, groups=Codes()).scope(ROLLUP),
        when=chosen.groups.condition(ROLLUP.group) & chosen.periods(ROLLUP),
        is_own=_is_own(user, chosen),
    )
    if found.salaries and chosen.groups.codes:
        accounts = Account.objects.filter(chosen.groups.condition("group"), sensitivity__gt=Sensitivity.OPEN)
        return replace(found, salaries=accounts.exists())
    return found


def _is_own(user: User | AnonymousUser, chosen: Selection) -> bool:
    """Whether what is chosen lies within own units, own cost centres or cost objects that the user answers for."""
    sees = sight(user, chosen.on)
    units = {unit for unit, days in sees.concerned.units if chosen.on in days}
    owned = (
        (chosen.units, units),
        (chosen.cost_centres, sees.concerned.now),
        (chosen.objects, set(sees.cost_objects)),
    )
    return any(codes.codes and set(codes.keys) <= own for codes, own in owned)


def seen_by(user: User | AnonymousUser, on: dt.date) -> CostRollupQuerySet:
    """The sums in force that a user may see. Make it once a request: it looks up the user's units."""
    rollups: CostRollupQuerySet = CostRollup.objects.visible_to(user, on).in_force()
    return rollups
