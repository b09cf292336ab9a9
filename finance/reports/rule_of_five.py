"""Which units' sensitive sums can be told without telling those of a group of fewer than five. Pure.

Whoever has the sums of a unit and of some units below it also has the difference: the unit's remainder. Sums of
units that lie inside each other can be combined in no other way, so the rule is asked of each unit whose sum is
told and of each remainder. Decision 0011 has the argument.
"""

from collections.abc import Collection, Iterable, Mapping

FEWEST = 5

#: Unit → the units directly below it. No circles.
Tree = Mapping[int, Collection[int]]


def below(tree: Tree, unit: int) -> frozenset[int]:
    """The unit and all below it."""
    return frozenset([unit]).union(*(below(tree, child) for child in tree.get(unit, ())))


def told(
    tree: Tree, roots: Iterable[int], people: Mapping[int, Collection[int]], empty: Collection[int] = ()
) -> frozenset[int]:
    """The units whose sums, units below included, can be told together.

    `people` are those of each unit itself, less those whose cost the reader sees anyway. `empty` units hold nothing
    that the reader doesn't know: they hide nobody, and need no group.
    """
    return frozenset(
        unit for root in roots if _is_group(below(tree, root), people) for unit in _told_from(tree, root, people, empty)
    )


def _told_from(tree: Tree, unit: int, people: Mapping[int, Collection[int]], empty: Collection[int]) -> set[int]:
    """A unit that is told, and what can be told below it: of its children, the largest groups first."""
    whole = below(tree, unit)
    groups = [child for child in tree.get(unit, ()) if _is_group(below(tree, child), people)]
    kept = sorted(groups, key=lambda child: (-_heads(below(tree, child), people), child))
    while kept:
        rest = whole.difference(*(below(tree, child) for child in kept))
        if _is_group(rest, people) or rest <= frozenset(empty):
            break
        kept.pop()
    return {unit}.union(*(_told_from(tree, child, people, empty) for child in kept))


def _is_group(units: Iterable[int], people: Mapping[int, Collection[int]]) -> bool:
    return _heads(units, people) >= FEWEST


def _heads(units: Iterable[int], people: Mapping[int, Collection[int]]) -> int:
    return len({person for unit in units for person in people.get(unit, ())})
