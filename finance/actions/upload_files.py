"""The files of uploads on disk, and how far the work on one has come. Names are random, never the owner's."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from finance.models import Upload

#: Seconds between two writes of how far the work has come.
_PAUSE = 0.3


def folder() -> Path:
    return Path(settings.UPLOAD_FOLDER)


def path_of(upload: Upload) -> Path:
    return folder() / upload.file_id.hex


def file_id_of(path: Path) -> UUID:
    return UUID(hex=path.name)


def _progress_file(upload: Upload) -> Path:
    return folder() / f"{upload.file_id.hex}-{upload.pk}.progress"


class ProgressFile:
    """Tells other processes how far a job has come. In a file: the job's transaction shows nothing until it ends."""

    def __init__(self, upload: Upload) -> None:
        self.path = _progress_file(upload)
        self._next = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done and now < self._next:
            return
        self._next = now + _PAUSE
        part = self.path.with_suffix(".progress-part")
        part.write_text(json.dumps({"stage": stage, "done": done, "total": total}))
        part.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def progress_of(upload: Upload) -> dict[str, Any]:
    """`stage`, `done` and `total` of the job that is at work; empty before it has begun."""
    try:
        told: dict[str, Any] = json.loads(_progress_file(upload).read_text())
    except (OSError, ValueError):
        return {}
    return told


def remove_file(upload: Upload) -> None:
    """Takes the file from the disk, unless another upload still needs it."""
    ProgressFile(upload).remove()
    errors_file(upload).unlink(missing_ok=True)
    shares = Upload.objects.open().filter(file_id=upload.file_id).exclude(pk=upload.pk)
    if not shares.exists():
        path_of(upload).unlink(missing_ok=True)


def errors_file(upload: Upload) -> Path:
    """Every error that the latest dry run found, as a table for a spreadsheet."""
    return folder() / f"{upload.file_id.hex}-{upload.pk}.errors.csv"


def sweep_strays(older_than: float) -> int:
    """Removes what no upload knows of and nobody has written to since a moment, in seconds since 1970."""
    known = {file_id.hex for file_id in Upload.objects.open().values_list("file_id", flat=True)}
    strays = [
        path
        for path in folder().glob("*")
        if path.is_file() and path.name[:32] not in known and path.stat().st_mtime < older_than
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
