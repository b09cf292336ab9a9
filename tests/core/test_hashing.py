from dataclasses import dataclass, replace

from vp_portal.core.hashing import hashed_once


class Counted:
    """Counts how often its hash is asked for."""

    asked = 0

    def __hash__(self) -> int:
        self.asked += 1
        return 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counted)


@hashed_once
@dataclass(frozen=True)
class Node:
    number: int
    below: Counted


def test_the_hash_is_worked_out_once() -> None:
    inner = Counted()
    node = Node(1, inner)
    assert hash(node) == hash(node)
    assert inner.asked == 1


def test_equal_ones_are_the_same_key_and_a_changed_copy_is_another() -> None:
    node = Node(1, Counted())
    assert {node: "found"}[Node(1, Counted())] == "found"
    assert hash(replace(node, number=2)) != hash(node)
    assert node != replace(node, number=2)
