"""Why a posting ended where it did: the rule, the shares, the steps, and the rules that lost or didn't fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from finance.choices import RULE_PARTS, CodePart, RowPart
from finance.models import (
    AllocationLine,
    AllocationRun,
    CellSlice,
    EmptyBase,
    HandAssignment,
    LedgerCell,
    PassedOn,
    Posting,
)
from finance.models.rule import code_holds, row_holds
from services.models import CostObject
from vp_portal.core import money

#: So many rules that nearly fit are named.
NEAR = 8


@dataclass(frozen=True)
class Share:
    """What a cost object got. `amount` is the posting's part; `of_cell` what the ledger's sums have, to the öre.
    `rule_id` None: by hand."""

    cost_object: CostObject
    rule: str
    priority: int | None
    rule_id: int | None
    amount: Decimal
    of_cell: Decimal
    percent: Decimal | None
    passes: bool


@dataclass(frozen=True)
class Candidate:
    """A rule beside the posting. `why` tells what came of it: won, later, empty, period, chart, or failed parts."""

    rule_id: int
    name: str
    priority: int
    why: str
    failed: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Explanation:
    """`shares` are where it ended, `steps` where it was on the way. `run` None: nothing is allocated yet.

    `slice`: what of the cell went the same way as the posting and another than the rest. `whole` and `rows` are of that
    part. `by_hand`: who gave it its home.
    """

    run: AllocationRun | None
    cell: LedgerCell | None
    shares: Sequence[Share]
    steps: Sequence[Share]
    winner: Candidate | None
    lost: Sequence[Candidate]
    near: Sequence[Candidate]
    near_count: int
    adds_up: bool
    slice: CellSlice | None = None
    whole: Decimal = Decimal(0)
    rows: int = 0
    by_hand: HandAssignment | None = None


def explain(row: Posting) -> Explanation:
    """Twelve queries. The rules are those of the run that the period's figures come from, as they were then."""
    current = AllocationRun.objects.in_force().first()
    cell = LedgerCell.objects.filter(batch=row.batch_id, period=row.period, code_string=row.code_string_id).first()
    if current is None or cell is None:
        return Explanation(current, cell, (), (), None, (), (), 0, adds_up=True)
    run = _run_of(current, row)
    taken = CellSlice.objects.filter(run=current, cell=cell, postings__posting=row.pk).first()
    whole, rows = (taken.amount, taken.row_count) if taken else _rest(current, cell)
    lines = AllocationLine.objects.filter(run=current, cell=cell, slice=taken).select_related("cost_object", "rule")
    shares = _shares(lines.order_by("cost_object__code"), row, whole)
    passed = PassedOn.objects.filter(run=current, cell=cell, slice=taken).select_related("cost_object", "rule")
    steps = _shares(passed.order_by("pk"), row, whole)
    by_hand = None
    if taken and taken.cost_object_id:
        by_hand = (
            HandAssignment.objects.select_related("made_by", "cost_object").in_force().filter(posting=row.pk).first()
        )
    winner, lost, near = _candidates(run, row, {step.rule_id for step in (*steps, *shares) if step.rule_id})
    if winner and taken and taken.cost_object_id:
        lost = [replace(winner, why="hand"), *lost]
        winner = None
    return Explanation(
        run=run,
        cell=cell,
        shares=shares,
        steps=steps,
        winner=winner,
        lost=lost,
        near=near[:NEAR],
        near_count=len(near),
        adds_up=not shares or sum(share.of_cell for share in shares) == whole,
        slice=taken,
        whole=whole,
        rows=rows,
        by_hand=by_hand,
    )


def _rest(run: AllocationRun, cell: LedgerCell) -> tuple[Decimal, int]:
    """Amount and rows of the cell without its slices."""
    taken = CellSlice.objects.filter(run=run, cell=cell).values_list("amount", "row_count")
    return cell.amount - sum(amount for amount, _rows in taken), cell.row_count - sum(rows for _amount, rows in taken)


def _run_of(current: AllocationRun, row: Posting) -> AllocationRun:
    """The run that the posting's period was taken over from, or the one in force."""
    kept = current.kept.get(str(int(row.period)))
    return AllocationRun.objects.filter(pk=kept).first() or current if kept else current


def _shares(lines: Iterable[Any], row: Posting, together: Decimal) -> list[Share]:
    """The posting's parts by the same weights as those of the rows that go with it, to the öre."""
    found = list(lines)
    weights = [abs(line.amount) for line in found]
    whole = sum(weights, Decimal(0))
    is_step = bool(found) and isinstance(found[0], PassedOn)
    parts = [row.amount * weight / whole if whole else Decimal(0) for weight in weights]
    if whole and not is_step:
        parts = money.split(row.amount, weights)
    if is_step and together:
        parts = [row.amount * line.amount / together for line in found]
    return [
        Share(
            cost_object=line.cost_object,
            rule=line.rule.name if line.rule else "",
            priority=line.rule.priority if line.rule else None,
            rule_id=line.rule_id,
            amount=part.quantize(money.ORE),
            of_cell=line.amount,
            percent=line.amount * 100 / together if together else None,
            passes=line.rule is not None and line.rule.passes_on_id is not None,
        )
        for line, part in zip(found, parts, strict=True)
    ]


def codes_of(row: Posting) -> dict[str, str]:
    """Part of the code string → its code, "" for none."""
    codes = row.code_string
    return {part.value: getattr(codes, part.value).code if getattr(codes, part.value) else "" for part in CodePart}


def sayings_of(row: Posting) -> dict[str, list[str]]:
    """What a rule may ask of the posting itself → the texts that answer."""
    other = row.counterparty
    return {
        RowPart.TEXT.value: [row.text],
        RowPart.SUPPLIER.value: [row.supplier_name, row.supplier_no],
        RowPart.COUNTERPARTY.value: [other.name, other.code] if other else [""],
    }


def _candidates(
    run: AllocationRun, row: Posting, used: set[int]
) -> tuple[Candidate | None, list[Candidate], list[Candidate]]:
    """The rule that took the posting, those that fit but came later, and those that fell on something."""
    codes, said, chart = codes_of(row), sayings_of(row), row.code_string.account.chart_id
    empty = set(EmptyBase.objects.filter(run=run, period=row.period).values_list("rule", flat=True))
    winner, lost, near = None, [], []
    for rule in run.rules or ():
        if rule["passes_on_id"] or not rule["conditions"]:
            continue
        failed = _failed(rule, codes, said)
        fits = not failed
        if fits and rule["chart_id"] not in (None, chart):
            near.append(_candidate(rule, "chart"))
        elif fits and not rule["first"] <= int(row.period) <= rule["last"]:
            near.append(_candidate(rule, "period"))
        elif fits and winner is None:
            winner = _candidate(rule, "empty" if rule["id"] in empty and rule["id"] not in used else "won")
        elif fits:
            lost.append(_candidate(rule, "later"))
        elif len(failed) < len({condition["part"] for condition in rule["conditions"]}):
            near.append(_candidate(rule, "failed", failed))
    return winner, lost, sorted(near, key=lambda one: (len(one.failed), one.priority))


def _failed(rule: dict[str, Any], codes: dict[str, str], said: dict[str, list[str]]) -> list[tuple[str, str]]:
    """The parts that no condition held for, and what the posting has in each."""
    held: dict[str, bool] = {}
    for condition in rule["conditions"]:
        part, operator, low = condition["part"], condition["operator"], condition["low"]
        if part in said:
            ok = row_holds(said[part], operator, low)
        else:
            ok = code_holds(codes[part], operator, low, condition["high"])
        held[part] = held.get(part, False) or ok
    labels = dict(RULE_PARTS)
    told = {**codes, **{part: " ".join(filter(None, values)) for part, values in said.items()}}
    return [(str(labels[part]), told[part]) for part, ok in held.items() if not ok]


def _candidate(rule: dict[str, Any], why: str, failed: Sequence[tuple[str, str]] = ()) -> Candidate:
    return Candidate(rule["id"], rule["name"], rule["priority"], why, failed)
