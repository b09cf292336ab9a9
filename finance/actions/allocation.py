"""The rules over the ledger: which cell goes to which cost objects.

Rules are resolved against code strings, once per combination and stretch of periods, never against postings.
The lowest priority number that matches wins. A rule without conditions or without whole shares reaches nothing:
a half-made rule must not take everything. Decision 0020 has the order of the steps.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from finance.actions import allocation_slices as slices
from finance.actions import allocation_sql as sql
from finance.actions import allocation_store as store
from finance.actions import budget_totals, classes, totals
from finance.actions.allocation_resolving import execute, resolve
from finance.actions.locks import hold_ledger
from finance.choices import AllocationMethod
from finance.models import AllocationRun, ImportBatch, LedgerCell, PeriodLock
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: After every period.
_NO_END = 999_999


class NotConserved(Exception):  # noqa: N818  # the name says what has happened
    """The parts do not add up to the ledger. Nothing of the run is kept."""


def _allocate(run: AllocationRun, rules: str, values: dict[str, Any], *, keep: bool = False) -> None:
    """Stores the lines and sums of a run, for the cells that the values say; with `keep` also the rules."""
    wanted = {
        "run": run.pk,
        "rules_of": run.pk,
        "batch": None,
        "first": 0,
        "last": _NO_END,
        "kept": [],
        "periods": None,
    } | values
    with connection.cursor() as cursor:
        execute(cursor, store.CLEAR)
        execute(cursor, sql.TUNING)
        execute(cursor, rules, wanted)
        execute(cursor, sql.RULES_READY)
        if keep:
            execute(cursor, sql.KEEP_RULES, wanted)
        execute(cursor, sql.SCOPE, wanted)
        resolve(cursor)
        execute(cursor, slices.STORE, wanted)
        execute(cursor, store.STORE, wanted)
        execute(cursor, store.ROLLUP if wanted["batch"] is None else store.ADD_TO_ROLLUP, wanted)
        totals.add_up(run.pk, wanted["periods"] if wanted["batch"] is None else _periods_to_allocate(cursor))
        _check(run)
        execute(cursor, store.CLEAR)


def _periods_to_allocate(cursor: Any) -> list[int]:
    cursor.execute("SELECT DISTINCT period FROM alloc_cell")
    return [period for (period,) in cursor.fetchall()]


def _check(run: AllocationRun) -> None:
    """Raises NotConserved unless the run's sums and totals are the ledger's, each cell's lines and slices are the cell,
    and what they point to is there."""
    with connection.cursor() as cursor:
        cursor.execute(store.LEDGER_TOTAL)
        ledger = cursor.fetchone()
        cursor.execute(store.ROLLUP_TOTAL, [run.pk])
        rollup = cursor.fetchone()
        cursor.execute(store.BROKEN_CELLS, [run.pk])
        broken = cursor.fetchone()[0] + totals.broken(cursor, run.pk, *ledger)
        cursor.execute(slices.BROKEN, {"run": run.pk})
        broken += cursor.fetchone()[0]
        cursor.execute(store.BARE_TOTAL, {"run": run.pk})
        broken += cursor.fetchone()[0]
        cursor.execute(store.STRAY_LINES)
        broken += cursor.fetchone()[0]
    if ledger != rollup or broken:
        raise NotConserved(f"ledger {ledger}, run {run.pk} {rollup}, cells that don't add up: {broken}")


@transaction.atomic
def run(
    *, by: "User | None", at: dt.datetime, first: Period | None = None, last: Period | None = None
) -> AllocationRun:
    """Resolves all rules over the ledger. The new run is in force from `at`, the old one until then.

    With `first` or `last` only the periods from and to those, both included; the rest, and what is locked, is taken
    over from the old run. Raises NotConserved or cascades.CircleError, and then the old run stays.
    """
    hold_ledger()
    classes.follow_ranges(by=by, at=at)
    old = AllocationRun.objects.in_force().first()
    AllocationRun.objects.in_force().update(in_force_to=at)
    made = AllocationRun.objects.create(made_by=by, made_at=at, in_force_from=at)
    _fill(made, old, (int(first or 0), int(last or _NO_END)))
    audit.record(AuditEvent.ALLOCATION, user=by, target=made)
    return made


@transaction.atomic
def try_out(
    *, name: str, by: "User | None", at: dt.datetime, using: Collection[int] = (), without: Collection[int] = ()
) -> AllocationRun:
    """A scenario: a run with some drafts used and some rules left out, stored whole beside the one that counts.

    Raises ValueError without a name, NotConserved or cascades.CircleError.
    """
    if not name.strip():
        raise ValueError("a scenario has a name")
    hold_ledger()
    old = AllocationRun.objects.in_force().first()
    made = AllocationRun.objects.create(made_by=by, made_at=at, scenario=name.strip())
    _fill(made, old, (0, _NO_END), using, without)
    audit.record(AuditEvent.ALLOCATION, user=by, target=made, scenario=made.scenario)
    return made


def _fill(
    made: AllocationRun,
    old: AllocationRun | None,
    stretch: tuple[int, int],
    using: Collection[int] = (),
    without: Collection[int] = (),
) -> None:
    values: dict[str, Any] = {"first": 0, "last": _NO_END, "kept": [], "with": list(using), "without": list(without)}
    if old:
        locked = PeriodLock.objects.in_force().values_list("period", flat=True)
        values |= {"first": stretch[0], "last": stretch[1], "kept": sorted(map(int, locked))}
        _take_over(made, old, values)
    _allocate(made, sql.LIVE_RULES, values, keep=True)


def _take_over(run: AllocationRun, old: AllocationRun, values: dict[str, Any]) -> None:
    wanted = {**values, "run": run.pk, "old": old.pk}
    outside = [*values["kept"]]
    if (values["first"], values["last"]) != (0, _NO_END):
        outside += _periods_outside(values["first"], values["last"])
    run.kept = {str(period): old.kept.get(str(period), old.pk) for period in sorted(set(outside))}
    run.save(update_fields=["kept"])
    if not run.kept:
        return
    with connection.cursor() as cursor:
        for script in (store.CLEAR, store.KEPT_CELLS, slices.TAKE_OVER, store.TAKE_OVER):
            execute(cursor, script, wanted)
        for script in (slices.STORED, slices.APART, store.STORED, store.ROLLUP):
            execute(cursor, script, wanted)


def _periods_outside(first: int, last: int) -> list[int]:
    cells = LedgerCell.objects.filter(batch__ended_at__isnull=True)
    return [int(p) for p in cells.order_by().values_list("period", flat=True).distinct() if not first <= p <= last]


def _weighs_by_direct_cost(run: AllocationRun) -> bool:
    """Whether a new or gone batch moves what was booked before it in the same periods."""
    return any(rule["method"] == AllocationMethod.DIRECT_COST for rule in run.rules or ())


def _again(run: AllocationRun, periods: Sequence[int], at: dt.datetime) -> None:
    """Some periods of a run anew, by its own rules; those that it took over, by the rules of the run that made them.
    What they were until `at` is kept."""
    made_by: dict[int, list[int]] = defaultdict(list)
    for period in periods:
        made_by[run.kept.get(str(period), run.pk)].append(period)
    for maker, own in made_by.items():
        values: dict[str, Any] = {"run": run.pk, "rules_of": maker, "periods": own, "with": [], "without": []}
        values["at"] = at
        with connection.cursor() as cursor:
            for script in (store.CLEAR, store.AGAIN, slices.FORGET, store.FORGET):
                execute(cursor, script, values)
        has_rules = AllocationRun.objects.filter(pk=maker, rules__isnull=False).exists()
        _allocate(run, sql.KEPT_RULES if has_rules else sql.LIVE_RULES, values)


def follow_hands(periods: Sequence[Period], at: dt.datetime) -> AllocationRun | None:
    """After something was given by hand: these periods of the run in force anew. None before the first run."""
    hold_ledger()
    current = AllocationRun.objects.in_force().first()
    if current is not None:
        _again(current, [int(period) for period in periods], at)
    return current


@transaction.atomic
def withdraw(batch: ImportBatch) -> AllocationRun | None:
    """Takes a batch that has ended out of the run in force; its lines stay for its days. None without a run.

    No rule is asked, unless one shares out by direct cost: what is left in the batch's periods is added up again as it
    was allocated.
    """
    hold_ledger()
    current = AllocationRun.objects.in_force().first()
    if current is None:
        return None
    periods = _periods_of(batch)
    if _weighs_by_direct_cost(current):
        _again(current, periods, batch.ended_at or batch.booked_at)
    else:
        _add_up_again(current, periods)
    return current


def _periods_of(batch: ImportBatch) -> list[int]:
    return [int(period) for period in batch.cells.order_by().values_list("period", flat=True).distinct()]


@transaction.atomic
def extend(batch: ImportBatch) -> AllocationRun:
    """Adds a newly booked batch to the run in force, by that run's own rules; without one, makes the first."""
    hold_ledger()
    current = AllocationRun.objects.in_force().first()
    if current is None:
        return run(by=batch.booked_by, at=batch.booked_at)
    changed = classes.follow_ranges(by=batch.booked_by, at=batch.booked_at)
    if _weighs_by_direct_cost(current):
        _again(current, _periods_of(batch), batch.booked_at)
    elif current.rules is None:
        _allocate(current, sql.LIVE_RULES, {"batch": batch.pk, "with": [], "without": []})
    else:
        _allocate(current, sql.KEPT_RULES, {"batch": batch.pk})
    if LedgerCell.objects.filter(code_string__account__in=changed).exclude(batch=batch).exists():
        follow_classes(current)
    return current


@transaction.atomic
def follow_sensitive_ranges(*, by: "User | None", at: dt.datetime) -> int:
    """After a change of ranges or accounts: accounts and sums get the sensitivity that the ranges say, at once.

    Gives the number of accounts that changed. Waits for a booking that is under way.
    """
    hold_ledger()
    changed = classes.follow_ranges(by=by, at=at)
    current = AllocationRun.objects.in_force().first()
    if current and changed:
        follow_classes(current)
    return len(changed)


@transaction.atomic
def follow_kinds() -> None:
    """After a change of what kind an account group is: totals hold groups of a kind together, and are made anew."""
    hold_ledger()
    if current := AllocationRun.objects.in_force().first():
        totals.add_up(current.pk)
    budget_totals.add_up()


def follow_classes(current: AllocationRun) -> None:
    """The run's sums anew out of its lines; no rule is resolved."""
    _add_up_again(current, _periods_outside(_NO_END, 0))


def _add_up_again(current: AllocationRun, periods: Sequence[int]) -> None:
    values = {"run": current.pk, "periods": list(periods)}
    with connection.cursor() as cursor:
        for script in (store.CLEAR, store.PERIODS, slices.STORED, slices.APART, store.STORED, store.ROLLUP):
            execute(cursor, script, values)
        totals.add_up(current.pk, periods)
        _check(current)
        execute(cursor, store.CLEAR)
