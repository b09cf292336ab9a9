"""Choices of files and of reading them."""

import re
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnRole(models.TextChoices):
    """What a column of a ledger file holds. Import profiles and the header's own names lead to these."""

    ACCOUNT = "account", _("konto")
    ACCOUNT_NAME = "account_name", _("kontots namn")
    COST_CENTRE = "cost_centre", _("kostnadsställe")
    COST_CENTRE_NAME = "cost_centre_name", _("kostnadsställets namn")
    PROJECT = "project", _("projekt")
    PROJECT_NAME = "project_name", _("projektets namn")
    ACTIVITY = "activity", _("verksamhet")
    ACTIVITY_NAME = "activity_name", _("verksamhetens namn")
    FUNDER = "funder", _("finansiär")
    FUNDER_NAME = "funder_name", _("finansiärens namn")
    COUNTERPARTY = "counterparty", _("motpart")
    COUNTERPARTY_NAME = "counterparty_name", _("motpartens namn")
    PERIOD = "period", _("period")
    YEAR = "year", _("år")
    MONTH = "month", _("månad")
    DATE = "date", _("datum")
    VOUCHER_SERIES = "voucher_series", _("verifikationsserie")
    VOUCHER_NO = "voucher_no", _("verifikationsnummer")
    LINE = "line", _("rad i verifikationen")
    SUPPLIER_NO = "supplier_no", _("leverantörsnummer")
    SUPPLIER_NAME = "supplier_name", _("leverantör")
    TEXT = "text", _("text")
    AMOUNT = "amount", _("belopp")
    DEBIT = "debit", _("debet")
    CREDIT = "credit", _("kredit")
    DEBIT_CREDIT = "debit_credit", _("D eller K")


def plain(name: str) -> str:
    """A header name without what does not matter: case, spaces, dots, underscores."""
    return re.sub(r"[\s._\ufeff]", "", name).lower()


#: The parts of the code string, and the counterparty beside it, in the order they are shown.
CODE_ROLES = (
    ColumnRole.ACCOUNT,
    ColumnRole.COST_CENTRE,
    ColumnRole.PROJECT,
    ColumnRole.ACTIVITY,
    ColumnRole.FUNDER,
    ColumnRole.COUNTERPARTY,
)


class UploadState(models.TextChoices):
    """How far a file has come on its way to be booked."""

    RECEIVED = "received", _("mottagen")
    PREVIEWING = "previewing", _("räknas igenom")
    PREVIEWED = "previewed", _("klar att bokföra")
    REFUSED = "refused", _("kan inte bokföras")
    BOOKING = "booking", _("bokförs")
    BOOKED = "booked", _("bokförd")
    FAILED = "failed", _("avbröts av ett fel")
    ABANDONED = "abandoned", _("borttagen")


class ReadingAspect(models.TextChoices):
    """What the portal finds out about a file before it reads the rows, in the order it is shown."""

    FORMAT = "format", _("Format")
    MEMBER = "member", _("Fil i zip-filen")
    SHEET = "sheet", _("Blad")
    ENCODING = "encoding", _("Teckenkodning")
    LINE_ENDS = "line_ends", _("Radslut")
    SEPARATOR = "separator", _("Avgränsare")
    HEADER_ROW = "header_row", _("Rubrikrad")
    DECIMAL_MARK = "decimal_mark", _("Decimaltecken")
    PERIOD_FORM = "period_form", _("Periodens form")
    DATE_FORM = "date_form", _("Datumets form")
    SCALE = "scale", _("Skala")
    SIGN = "sign", _("Tecken")
    DEBIT_CREDIT = "debit_credit", _("Debet och kredit")
    SUM_ROWS = "sum_rows", _("Summarader")
    FISCAL_YEAR = "fiscal_year", _("Räkenskapsår")
    DIMENSIONS = "dimensions", _("Dimensioner")
    SOURCE = "source", _("Källa")


class FileFormat(models.TextChoices):
    CSV = "csv", _("Text med kolumner (CSV)")
    SIE = "sie", _("SIE 4")
    XLSX = "xlsx", _("Excel-arbetsbok (XLSX)")
    ODS = "ods", _("OpenDocument-kalkylblad (ODS)")


class Scale(models.TextChoices):
    """The unit that a file's amounts are written in."""

    ORE = "ore", _("öre")
    KR = "kr", _("kronor")
    TKR = "tkr", _("tusental kronor")
    MKR = "mkr", _("miljoner kronor")


class SignConvention(models.TextChoices):
    """Which sign a cost has in a file."""

    LEDGER = "ledger", _("som i huvudboken: kostnader positiva, intäkter negativa")
    FLIPPED = "flipped", _("omvänt: kostnader negativa, intäkter positiva")


class DebitCredit(models.TextChoices):
    """Whether D and K beside an amount mean debit and credit."""

    NONE = "none", _("D och K har ingen betydelse")
    SUFFIX = "suffix", _("D eller K står efter beloppet")
    COLUMN = "column", _("D eller K står i en egen kolumn")


class WhenBooked(models.TextChoices):
    """What is done with a file whose source has rows in one of its periods already."""

    REFUSE = "refuse", _("Avvisa filen")
    REPLACE = "replace", _("Ersätt det som är bokfört")
    ADD = "add", _("Lägg till utöver det som är bokfört")


class Separator(models.TextChoices):
    """What stands between the columns of a text file."""

    SEMICOLON = "semicolon", _("semikolon")
    TAB = "tab", _("tabb")
    COMMA = "comma", _("komma")
    PIPE = "pipe", _("lodstreck")


SEPARATOR_CHAR = {
    Separator.SEMICOLON: ";",
    Separator.TAB: "\t",
    Separator.PIPE: "|",
    Separator.COMMA: ",",
}
SCALE_FACTOR = {
    Scale.ORE: Decimal("0.01"),
    Scale.KR: Decimal(1),
    Scale.TKR: Decimal(1000),
    Scale.MKR: Decimal(1_000_000),
}


class TextEncoding(models.TextChoices):
    """Encodings of text files. The value is Python's name."""

    UTF_8 = "utf-8", "UTF-8"
    UTF_16_LE = "utf-16-le", "UTF-16 LE"
    UTF_16_BE = "utf-16-be", "UTF-16 BE"
    WINDOWS_1252 = "cp1252", "windows-1252"
    ISO_8859_1 = "iso8859-1", "ISO-8859-1"
    ISO_8859_15 = "iso8859-15", "ISO-8859-15"
    MAC_ROMAN = "mac-roman", "MacRoman"
    CP437 = "cp437", "CP437"
    CP850 = "cp850", "CP850"


class BatchState(models.TextChoices):
    """What the list of imports can be narrowed to."""

    NOW = "now", _("Gäller nu")
    ENDED = "ended", _("Gäller inte")
    UNDONE = "undone", _("Tillbakatagna")
    REPLACED = "replaced", _("Ersatta")
    DIFFERING = "differing", _("Skiljer från kontrollsumman")
