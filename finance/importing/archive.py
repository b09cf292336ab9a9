"""Zip files, looked through before anything in them is opened. Names from the file are never used as paths."""

import contextlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from finance.importing.kinds import BROKEN_ZIP, Kind, kind_of
from finance.importing.problems import Refusal, refuse
from finance.importing.text import BLOCK

#: Bytes unpacked in all, times the packed size, and members.
MOST_BYTES = 2 << 30
MOST_TIMES = 200
MOST_MEMBERS = 1000
#: Below this size no ratio is suspicious.
_SMALL = 16 << 20
_PACKED = {Kind.ZIP, Kind.XLSX, Kind.ODS}


def check_sizes(path: Path) -> list[zipfile.ZipInfo]:
    """The members, when their number, sizes and ratio are those of an honest file. Raises Refusal."""
    with _opened(path) as archive:
        infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        message = _("Filen innehåller %(count)s filer. Så många tar portalen inte emot.")
        raise refuse(message % {"count": len(infos)})
    total, packed = sum(info.file_size for info in infos), path.stat().st_size
    if total > MOST_BYTES or (total > _SMALL and total > MOST_TIMES * packed):
        message = _("Filen är %(packed)s byte men blir %(total)s när den packas upp. Så ser ingen bokföring ut.")
        raise refuse(message % {"packed": packed, "total": total})
    if any(info.flag_bits & 1 for info in infos):
        raise refuse(_("Zip-filen är skyddad med lösenord. Ta bort lösenordet och försök igen."))
    return infos


def size_to_read(path: Path) -> int:
    """Bytes that reading the file goes through: those of its members when it is packed. Raises nothing."""
    size = path.stat().st_size if path.exists() else 0
    try:
        return sum(info.file_size for info in check_sizes(path)) if size and kind_of(path) in _PACKED else size
    except Refusal:
        return size


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except BROKEN_ZIP:
        raise refuse(_("Zip-filen är trasig.")) from None


def _files(path: Path) -> dict[str, zipfile.ZipInfo]:
    """Name → member, but for folders and what Macs put beside files."""
    found = {}
    for info in check_sizes(path):
        name = info.filename
        if info.is_dir() or name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("."):
            continue
        if name in found:
            raise refuse(_("Zip-filen har två filer med samma namn: %(name)s.") % {"name": name[:80]})
        found[name] = info
    return found


def members(path: Path) -> list[str]:
    """The names of a zip's files, to choose one by; empty for what is no zip. Raises Refusal."""
    return list(_files(path)) if kind_of(path) == Kind.ZIP else []


def _unpacked(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes; never more than the archive says that it holds."""
    with _opened(path) as archive, archive.open(info) as source:
        left = info.file_size
        while block := source.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile
            yield block


@contextlib.contextmanager
def extracted(path: Path, name: str) -> Iterator[Path]:
    """One file of a zip in a temporary file with a name of our own. Raises Refusal."""
    info = _files(path).get(name)
    if info is None:
        raise refuse(_("Zip-filen har ingen fil som heter %(name)s.") % {"name": name[:80]})
    handle, temporary = tempfile.mkstemp(prefix="ledger-")
    target = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as out:
            for block in _unpacked(path, info):
                out.write(block)
        if kind_of(target) == Kind.ZIP:
            raise refuse(_("Zip-filen innehåller en annan zip-fil. Packa upp den först."))
        yield target
    finally:
        target.unlink(missing_ok=True)
