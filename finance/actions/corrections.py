"""Putting an uploaded file's wrong rows right: what comes back from the spreadsheet program makes a new upload."""

import datetime as dt
import hashlib
import uuid
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from finance.actions import upload_files, uploads
from finance.actions.upload_choices import Choices
from finance.choices import ColumnRole, Separator
from finance.importing.corrections import Combined, write_combined
from finance.importing.layout import Layout
from finance.importing.opening import Opened
from finance.models import Upload
from vp_portal.core.models import User

_ENDING = ".csv"


def correct(upload: Upload, corrected: Path, *, by: User, at: dt.datetime) -> tuple[Upload, Combined]:
    """A new upload: the file with the corrected rows in their places, read as the old one was. The old one goes.

    Raises Refusal, and changes nothing, when the corrected rows are not this file's.
    """
    path = upload_files.folder() / uuid.uuid4().hex
    try:
        with uploads.opened(upload) as opened, path.open("w", encoding="utf-8", newline="") as out:
            combined = write_combined(opened, corrected, out)
            choices = _choices(Choices.of(upload), opened)
        with transaction.atomic():
            made = _upload(upload, path, choices, by=by, at=at)
            uploads.abandon(upload, at=at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return made, combined


def _upload(upload: Upload, path: Path, choices: Choices, *, by: User, at: dt.datetime) -> Upload:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Upload.objects.create(
        file_id=upload_files.file_id_of(path),
        file_name=_name(upload.file_name),
        file_size=path.stat().st_size,
        sha256=sha256,
        choices=choices.as_json(),
        replaces=upload.replaces,
        uploaded_by=by,
        uploaded_at=at,
        changed_at=at,
    )


def _name(name: str) -> str:
    """`mars.xlsx` → `mars (rättad).csv`, however often it is put right."""
    mark = _(" (rättad)")
    stem = name.rpartition(".")[0] or name
    return f"{stem.removesuffix(mark)[-200:]}{mark}{_ENDING}"


def _choices(choices: Choices, opened: Opened) -> Choices:
    """Everything that the old file told by itself, said for the new one: it is text with semicolons and a header."""
    layout = opened.layout
    reading = replace(
        choices.reading,
        encoding="",
        separator=Separator.SEMICOLON.value,
        header_row=1,
        decimal_mark=opened.mark or choices.reading.decimal_mark,
        sheet="",
        member="",
        columns=_columns(layout),
    )
    return replace(choices, reading=reading, profile=layout.profile.pk if layout.profile else choices.profile)


def _columns(layout: Layout) -> dict[int, str]:
    roles = {place: role.value for role, place in layout.columns.items()}
    if layout.debit_credit_place is not None:
        roles[layout.debit_credit_place] = ColumnRole.DEBIT_CREDIT.value
    return {place: roles.get(place, "") for place in range(layout.width)}
