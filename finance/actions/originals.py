"""The files that batches came from, byte for byte, named by their SHA-256.

A file gets its name, and loses it when the booking fails, inside the booking's transaction, while the ledger is held;
what a crash leaves is taken away by the next booking. It is copied in a thread, which knows no database.
"""

import fcntl
import hashlib
import os
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from finance.importing.problems import Refusal, refuse
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
        self._thread = ThreadPoolExecutor(1, "original")
        self._copying: Future[str] | None = None
        self._stream: BinaryIO | None = None

    def take(self, source: Path, sha256: str) -> None:
        """Begins to copy the file that has been read; the server has the rows to work with meanwhile."""
        self._sha256 = sha256
        try:
            folder().mkdir(parents=True, exist_ok=True, mode=0o750)
            self._handle, name = tempfile.mkstemp(suffix=_UNFINISHED, dir=folder())
            self._path = Path(name)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            self._stream = source.open("rb")  # A zip's member is gone once it has been read.
            self._copying = self._thread.submit(_copy, self._stream, self._handle)
        except OSError as error:
            raise _not_kept(error) from error

    def _finish(self) -> None:
        """Raises Refusal when the file is not, or no longer, the one that was read, or can't be kept."""
        try:
            found = self._copying.result() if self._copying else self._sha256
        except OSError as error:
            raise _not_kept(error) from error
        if found != self._sha256:
            raise refuse(_("Filen ändrades medan den lästes. Inget är lagrat; försök igen."))

    def publish(self) -> str:
        """Gives the copy its name and returns it, for the batch to keep. The caller holds the ledger."""
        if self._path is None:
            return ""
        self._finish()
        _sweep()
        target = folder() / self._sha256
        is_new = not target.exists()  # An earlier batch, taken back since, keeps the same file.
        self._path.replace(target)
        self._added = target if is_new else None
        return f"{_FOLDER}/{self._sha256}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.shutdown()
        if self._stream:
            self._stream.close()
        if self._path:
            self._path.unlink(missing_ok=True)
            if error and self._added and _is_connected():
                self._added.unlink(missing_ok=True)
            os.close(self._handle)


def _is_connected() -> bool:
    """Whether the ledger is still held. A lost connection has let it go, and the file may be another booking's."""
    return connection.connection is not None and not connection.connection.closed


def _not_kept(error: OSError) -> Refusal:
    return refuse(_("Originalfilen går inte att spara: %(error)s") % {"error": error.strerror})


def _copy(source: BinaryIO, target: int) -> str:
    digest = hashlib.sha256()
    with os.fdopen(target, "wb", closefd=False) as copy:
        while block := source.read(_BLOCK):
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
