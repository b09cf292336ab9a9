"""Choices of the money: values and labels, declared once."""

import re
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """What an account group is, as the dashboards add it up."""

    INCOME = "income", _("Intäkt")
    COST = "cost", _("Kostnad")
    OTHER = "other", _("Övrigt")


class Sensitivity(models.IntegerChoices):
    """Who may read an account's rows: `finance/models/scope.py`. Higher is stricter."""

    OPEN = 0, _("Öppen")
    SENSITIVE = 1, _("Känslig")
    MORE_SENSITIVE = 2, _("Särskilt känslig")


class FlowKind(models.TextChoices):
    """What a row of the ledger counts as. Each row is in exactly one: accounts that distribute are none of the rest,
    accounts without a group are other."""

    COST = "cost", _("Kostnader")
    INCOME = "income", _("Intäkter")
    OTHER = "other", _("Interna och övriga poster")
    DISTRIBUTION = "distribution", _("Fördelningskonton")


class CodePart(models.TextChoices):
    """A part of the code string that a rule can match on."""

    ACCOUNT = "account", _("Konto")
    COST_CENTRE = "cost_centre", _("Kostnadsställe")
    PROJECT = "project", _("Projekt")
    ACTIVITY = "activity", _("Verksamhet")
    FUNDER = "funder", _("Finansiär")


class RowPart(models.TextChoices):
    """What a rule can match on of the posting itself, beside its code string."""

    TEXT = "text", _("Text")
    SUPPLIER = "supplier", _("Leverantör")
    COUNTERPARTY = "counterparty", _("Motpart")


#: All that a condition can be about.
RULE_PARTS = [*CodePart.choices, *RowPart.choices]


class MatchOperator(models.TextChoices):
    EXACT = "exact", _("är")
    PREFIX = "prefix", _("börjar med")
    CONTAINS = "contains", _("innehåller")
    RANGE = "range", _("ligger i")
    LIST = "list", _("är någon av")
    EMPTY = "empty", _("är tomt")


#: A code has a form and an order; a text has neither, and its letters may be large or small.
CODE_OPERATORS = (
    MatchOperator.EXACT,
    MatchOperator.PREFIX,
    MatchOperator.RANGE,
    MatchOperator.LIST,
    MatchOperator.EMPTY,
)
ROW_OPERATORS = (MatchOperator.EXACT, MatchOperator.PREFIX, MatchOperator.CONTAINS, MatchOperator.EMPTY)


class AllocationMethod(models.TextChoices):
    """How a rule's cost is shared out between its cost objects."""

    FIXED = "fixed", _("fasta andelar")
    EVEN = "even", _("lika delar")
    DIRECT_COST = "direct_cost", _("efter direkt kostnad")
    DRIVER = "driver", _("efter fördelningsnyckel")


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


class VersionKind(models.TextChoices):
    """What a version of planned amounts is. Both are made, approved and compared in the same way."""

    BUDGET = "budget", _("Budget")
    FORECAST = "forecast", _("Prognos")


class BudgetState(models.TextChoices):
    """How far a budget or forecast has come. Only a draft is changed."""

    DRAFT = "draft", _("utkast")
    SUBMITTED = "submitted", _("för godkännande")
    DECIDED = "decided", _("fastställd")


BUDGET_STATE_TONE = {BudgetState.DRAFT: "muted", BudgetState.SUBMITTED: "watch", BudgetState.DECIDED: "ok"}


class ApprovalLevel(models.TextChoices):
    """Who says yes, in this order. The last one decides."""

    UNIT = "unit", _("Linjechef")
    CONTROLLER = "controller", _("Controller")
    MANAGEMENT = "management", _("Ledning")


class Approved(models.TextChoices):
    """What has been said at a level."""

    WAITING = "waiting", _("väntar")
    YES = "yes", _("godkänd")
    NO = "no", _("skickad tillbaka")


APPROVED_TONE = {Approved.WAITING: "watch", Approved.YES: "ok", Approved.NO: "risk"}


class Against(models.TextChoices):
    """What an outcome is held against."""

    LAST_YEAR = "last_year", _("Förra året")
    BUDGET = "budget", _("Budget")
    FORECAST = "forecast", _("Prognos")


class ForecastMethod(models.TextChoices):
    """How the months that are left have been computed."""

    SEASONAL = "seasonal", _("Följer förra årets månader")
    YEARLY = "yearly", _("Årsvis faktura")
    EVEN = "even", _("Jämn kostnad")
    LUMPY = "lumpy", _("Ojämna fakturor")
    NONE = "none", _("Inget väntas")


class TotalBy(models.TextChoices):
    """What the totals of a run are made by. The names of the fields of a sum."""

    ACCOUNT_GROUP = "account_group", _("kontogrupp")
    COST_CENTRE = "cost_centre", _("kostnadsställe")
    COST_OBJECT = "cost_object", _("kostnadsbärare")


class FlagState(models.TextChoices):
    """How far a posting that is flagged as wrongly coded has come."""

    OPEN = "open", _("öppen")
    CORRECTED = "corrected", _("åtgärdad")
    REJECTED = "rejected", _("avvisad")
    WITHDRAWN = "withdrawn", _("återtagen")


FLAG_ENDED = (FlagState.CORRECTED, FlagState.REJECTED, FlagState.WITHDRAWN)
FLAG_TONE = {
    FlagState.OPEN: "watch",
    FlagState.CORRECTED: "ok",
    FlagState.REJECTED: "muted",
    FlagState.WITHDRAWN: "muted",
}
