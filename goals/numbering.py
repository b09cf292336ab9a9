"""The plan's own numbers: 01, 3.1, 3.1.1.2."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def in_order(number: str) -> tuple[int, ...]:
    """Key to sort by: 3.1.2 before 3.1.10."""
    return tuple(int(part) for part in number.split("."))
