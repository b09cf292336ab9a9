"""From the bytes of a file to its text."""

from django.utils.translation import gettext as _

from goals.importing.document import DocumentError, Problem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: A plan of a hundred pages is under half a megabyte.
MAX_BYTES = 2_000_000


def read_text(data: bytes) -> str:
    """UTF-8 with or without byte-order mark; every kind of line end becomes a newline.

    Raises DocumentError with the line for bytes that are not UTF-8, for NUL and for a file that is too large.
    """
    data = data.removeprefix(BYTE_ORDER_MARK)
    if len(data) > MAX_BYTES:
        raise _refused(data[:MAX_BYTES], _("Filen är större än 2 MB. En plan kan inte vara så stor."))
    if b"\0" in data:
        raise _refused(data[: data.index(b"\0")], _("Raden innehåller ett NUL-tecken. Är det en textfil?"))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        reason = _("Raden är inte UTF-8. Spara filen med teckenkodningen UTF-8.")
        raise _refused(data[: error.start], reason) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refused(before: bytes, reason: str) -> DocumentError:
    line = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    return DocumentError([Problem(line, reason)])
