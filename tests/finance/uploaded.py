"""Uploads for tests: a small ledger file on its way to be booked."""

import hashlib
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings

from finance.actions import uploads
from finance.actions.upload_choices import Choices
from finance.models import ImportSource, Upload
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, HEADER, ROWS, default_source
from vp_portal.core.access import Role
from vp_portal.core.uploads import StoredFile


def content(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *(rows or ROWS), ""]).encode()


def stored(data: bytes, name: str = "huvudbok.csv") -> StoredFile:
    """A file as it lies when it has come in."""
    path = Path(settings.UPLOAD_FOLDER) / uuid.uuid4().hex
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return StoredFile(name, path, len(data), hashlib.sha256(data).hexdigest())


def received(*rows: str, by: Any = None, header: str = HEADER, **fields: Any) -> Upload:
    """An upload of a file with the rows, in the default source."""
    default_source()
    (upload,) = uploads.receive(
        [stored(content(*rows, header=header))], by=by or UserFactory(role=Role.CONTROLLER), at=AT, **fields
    )
    return upload


def previewed(*rows: str, **fields: Any) -> Upload:
    upload = received(*rows, **fields)
    source = ImportSource.objects.get(is_default=True)
    uploads.choose(upload, Choices(source=source.pk), at=AT)
    assert uploads.start_preview(upload, at=AT)
    return upload
