"""Files that people send, straight to disk: hashed and measured on the way, never whole in memory."""

import hashlib
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

#: What a block is asked for; a large file makes fewer writes.
CHUNK = 2**20
#: A file on its way. What no upload has finished is swept away by its age.
PART = ".part"


@dataclass
class StoredFile:
    """A file that came in whole. `name` is what its owner calls it, `path` what the disk does."""

    name: str
    path: Path
    size: int
    sha256: str


@dataclass
class RefusedFile:
    """A file that was thrown away on its way in. `reason`: "too_large" or "disk"."""

    name: str
    reason: str


class DiskUploadHandler(FileUploadHandler):
    """Streams each file of a form to `folder` under a random name. The files come out of `stored` and `refused`.

    Django's own handlers make the files part of the form, with their names and a copy on the way.
    """

    chunk_size = CHUNK

    def __init__(self, folder: Path, *, most: int) -> None:
        super().__init__()
        self.folder = folder
        self.most = most
        #: Set to let nothing in: what is sent is read to its end and thrown away, so that the sender gets an answer.
        self.refuse_all = ""
        self.stored: list[StoredFile] = []
        self.refused: list[RefusedFile] = []
        self._file: BinaryIO | None = None
        self._path: Path | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._hash, self._size = hashlib.sha256(), 0
        if self.refuse_all:
            raise self._refused(self.refuse_all)
        self._path = self.folder / f"{uuid.uuid4().hex}{PART}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("xb")
        except OSError:
            raise self._refused("disk") from None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._file is not None  # noqa: S101  # a file that was refused gets no more data
        self._size += len(raw_data)
        if self._size > self.most:
            raise self._refused("too_large")
        self._hash.update(raw_data)
        try:
            self._file.write(raw_data)
        except OSError:
            raise self._refused("disk") from None

    def file_complete(self, file_size: int) -> None:
        """Gives nothing to the form: the file is on disk."""
        if self._file is None or self._path is None:
            return
        path = self._path.with_suffix("")
        try:
            self._file.close()
            self._path.rename(path)
        except OSError:
            self._refused("disk")
            return
        self.stored.append(StoredFile(self.file_name or "", path, self._size, self._hash.hexdigest()))
        self._file = self._path = None

    def upload_interrupted(self) -> None:
        """The sender went away: the file that was on its way and those before it go too."""
        self._drop()
        self.discard()

    def take(self) -> list[StoredFile]:
        """What came in, now the caller's own."""
        files, self.stored = self.stored, []
        return files

    def discard(self) -> None:
        """Takes away what came in and nobody took."""
        for file in self.stored:
            file.path.unlink(missing_ok=True)
        self.stored.clear()

    def _refused(self, reason: str) -> SkipFile:
        """What makes the parser pass over the rest of the file."""
        self._drop()
        self.refused.append(RefusedFile(self.file_name or "", reason))
        return SkipFile()

    def _drop(self) -> None:
        with suppress(OSError):  # Closing writes what is left, which a full disk refuses once more.
            if self._file is not None:
                self._file.close()
        with suppress(OSError):
            if self._path is not None:
                self._path.unlink(missing_ok=True)
        self._file = self._path = None
