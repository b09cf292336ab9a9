"""What a file is, by its first bytes: its name says nothing that can be trusted."""

import enum
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from finance.importing.problems import refuse


class Kind(enum.Enum):
    TEXT = "text"
    SIE = "sie"
    XLSX = "xlsx"
    ODS = "ods"
    ZIP = "zip"


#: What reading a broken zip may raise.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_HEAD = 4096
_MARKUP = ("<!doctype", "<html", "<table", "<?xml", "<meta", "<head", "<body", "<script", "<div")
_SIE = ("#flagga", "#sietyp", "#program", "#format")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def kind_of(path: Path) -> Kind:
    """Raises Refusal, with what to do instead, for what is no ledger file."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        raise refuse(_("Filen %(file)s finns inte eller går inte att läsa.") % {"file": path}) from None
    if head.startswith(b"PK"):
        return _kind_of_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(_refused_ole(path))
    if head.startswith(b"%PDF"):
        raise refuse(_("Filen är en PDF, inte text. Ta ut uppgifterna som CSV."))
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")):
        raise refuse(_("Filen är packad på ett sätt som portalen inte läser. Packa upp den, eller använd zip."))
    start = head.replace(b"\0", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise refuse(_("Filen är en webbsida eller XML, inte CSV. Öppna den i Excel, spara som CSV och försök igen."))
    return Kind.SIE if start.startswith(_SIE) else Kind.TEXT


def _refused_ole(path: Path) -> str:
    """An OLE file is an old workbook, or a new one that is encrypted."""
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in head:
        return _("Arbetsboken är skyddad med lösenord. Ta bort lösenordet, eller spara den som CSV.")
    return _("Filen är en äldre Excel-fil (XLS), inte text. Spara den som XLSX eller CSV och försök igen.")


def _kind_of_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename: info for info in archive.infolist()}
            if "[Content_Types].xml" in names or "xl/workbook.xml" in names:
                return Kind.XLSX
            mimetype = names.get("mimetype")
            if mimetype and mimetype.file_size < 200 and not mimetype.flag_bits & 1:
                return Kind.ODS if archive.read(mimetype) == _ODS else Kind.ZIP
            return Kind.ZIP
    except BROKEN_ZIP:
        raise refuse(_("Filen ser ut som en zip-fil eller arbetsbok (XLSX, ODS), men är trasig.")) from None
