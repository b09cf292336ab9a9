"""A budget's rows between their preview and the user's yes: on disk, since a form holds less than a file may."""

from vp_portal.core.registers import UploadStorage


class GoneError(LookupError):
    """The rows were stored already, are a day old, or are another version's."""


class _Storage(UploadStorage):
    FOLDER = "budget-rows"


def keep(version: int, text: str) -> str:
    """The name that gives the rows back."""
    storage = _Storage()
    storage.save(f"{version}\n{text}".encode())
    return str(storage.name)


def read(version: int, name: str) -> str:
    """`name` is 32 hexadecimal digits. Raises GoneError."""
    try:
        owner, _end, text = _Storage(name=name).read().decode().partition("\n")
    except FileNotFoundError:
        raise GoneError from None
    if owner != str(version):
        raise GoneError
    return text


def remove(name: str) -> None:
    _Storage(name=name).remove()
