"""The order in which costs are passed on, and the circles that have none. Pure."""

from collections.abc import Collection, Mapping


class CircleError(Exception):
    """Cost would be passed round in a circle. `path`: the cost objects on it, first and last the same."""

    def __init__(self, path: list[int]) -> None:
        super().__init__(" → ".join(map(str, path)))
        self.path = path


def in_order(passes: Mapping[int, Collection[int]]) -> list[int]:
    """Cost objects that pass on, each before those that it passes on to. `passes`: from → to.

    Raises CircleError. The lowest key first where nothing else decides, so that the order is always the same.
    """
    done: list[int] = []
    for start in sorted(passes):
        _visit(start, passes, [], done)
    return done[::-1]


def _visit(one: int, passes: Mapping[int, Collection[int]], path: list[int], done: list[int]) -> None:
    if one in path:
        raise CircleError([*path[path.index(one) :], one])
    if one in done or one not in passes:
        return
    for following in sorted(passes[one], reverse=True):
        _visit(following, passes, [*path, one], done)
    done.append(one)
