"""Which groups can be isolated by adding and subtracting sums: exact elimination."""

from collections.abc import Collection, Hashable, Iterable
from fractions import Fraction
from typing import Any


def isolated_groups(sums: Iterable[Collection[Hashable]]) -> list[frozenset[Any]]:
    """The smallest groups that a reader of the sums can compute the sum of.

    Each sum is a row of ones in the columns of its parts. In the reduced form of the matrix every row is something
    that the reader can compute. When no two rows have a part in common, whatever else can be computed holds a
    whole row of them, so these are the smallest; anything else fails here rather than pass unproved.
    """
    groups = [frozenset(part for part, factor in row.items() if factor) for row in reduced(sums)]
    assert sum(len(group) for group in groups) == len(frozenset().union(*groups)), "the groups overlap"
    return groups


def reduced(sums: Iterable[Collection[Hashable]]) -> list[dict[Any, Fraction]]:
    """The rows of the reduced echelon form, without those that are zero."""
    rows: list[dict[Any, Fraction]] = []
    pivots: list[Any] = []
    for parts in sums:
        row = {part: Fraction(1) for part in parts}
        for pivot, known in zip(pivots, rows, strict=True):
            row = _less(row, known, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot = min(row, key=str)
        row = {part: factor / row[pivot] for part, factor in row.items()}
        rows = [_less(known, row, known.get(pivot, Fraction(0))) for known in rows]
        rows.append(row)
        pivots.append(pivot)
    return rows


def _less(row: dict[Any, Fraction], other: dict[Any, Fraction], factor: Fraction) -> dict[Any, Fraction]:
    parts = {part: row.get(part, Fraction(0)) - factor * other.get(part, Fraction(0)) for part in {*row, *other}}
    return {part: value for part, value in parts.items() if value}
