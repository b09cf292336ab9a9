"""The files that batches came from, byte for byte, named by their SHA-256.

A file gets its name, and loses it when the booking fails, inside the booking's transaction, while the ledger is held;
what a crash leaves is taken away by the next booking.
"""

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from finance.importing.problems import refuse
from finance.models import ImportBatch

_FOLDER = "ledger"
_UNFINISHED = ".part"
_BLOCK = 1 << 20


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / _FOLDER


def path_of(batch: ImportBatch) -> Path | None:
    """Where the batch's file is, if it was kept."""
    return Path(settings.MEDIA_ROOT) / batch.stored_file if batch.stored_file else None


class Original:
    """A copy on its way. Gone at the end of the `with`, unless it was published and nothing failed afterwards.

    The `with` stands inside the booking's transaction: until that ends, no other booking publishes the same file.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._added: Path | None = None
        self._handle = -1
        self._sha256 = ""

    def take(self, source: Path, sha256: str) -> None:
        """Copies the file. Raises Refusal when it is not, or no longer, the one that was read, or can't be kept."""
        try:
            folder().mkdir(parents=True, exist_ok=True, mode=0o750)
            self._handle, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=folder())
            self._path, self._sha256 = Path(name), sha256
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            found = _copy(source, self._handle)
        except OSError as error:
            raise refuse(_("Originalfilen går inte att spara: %(error)s") % {"error": error.strerror}) from error
        if found != sha256:
            raise refuse(_("Filen ändrades medan den lästes. Inget är lagrat; försök igen."))

    def publish(self) -> str:
        """Gives the copy its name and returns it, for the batch to keep. The caller holds the ledger."""
        if self._path is None:
            return ""
        _sweep()
        target = folder() / self._sha256
        is_new = not target.exists()  # An earlier batch, taken back since, keeps the same file.
        self._path.replace(target)
        self._added = target if is_new else None
        return f"{_FOLDER}/{self._sha256}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._path:
            self._path.unlink(missing_ok=True)
            if error and self._added and _is_connected():
                self._added.unlink(missing_ok=True)
            os.close(self._handle)


def _is_connected() -> bool:
    """Whether the ledger is still held. A lost connection has let it go, and the file may be another booking's."""
    return connection.connection is not None and not connection.connection.closed


def _copy(source: Path, target: int) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as stream, os.fdopen(target, "wb", closefd=False) as copy:
        while block := stream.read(_BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(target)
    return digest.hexdigest()


def _sweep() -> None:
    """Takes away what no batch refers to, and unfinished copies that nobody holds."""
    there = {path.name: path for path in folder().iterdir()}
    kept = ImportBatch.objects.filter(stored_file__in=[f"{_FOLDER}/{name}" for name in there])
    for name in set(there) - {Path(stored).name for stored in kept.values_list("stored_file", flat=True)}:
        if not name.endswith(_UNFINISHED) or _is_abandoned(there[name]):
            there[name].unlink(missing_ok=True)


def _is_abandoned(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    return True
