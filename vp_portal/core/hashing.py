"""A frozen dataclass as a key. Its own hash goes through all that it holds, which for a tree is the whole tree."""

from typing import Any, TypeVar

T = TypeVar("T")
_KEPT = "_hash"


def hashed_once(cls: type[T]) -> type[T]:
    """The hash is worked out the first time and kept with the object. Above `@dataclass(frozen=True)`."""
    by_fields: Any = cls.__hash__

    def kept(self: Any) -> int:
        own = self.__dict__
        found: int | None = own.get(_KEPT)
        if found is None:
            found = own[_KEPT] = by_fields(self)
        return found

    cls.__hash__ = kept  # type: ignore[method-assign]  # that is what it is for
    return cls
