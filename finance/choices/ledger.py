"""Choices of the ledger, of rules, and of what people say of postings."""

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


class Together(models.TextChoices):
    """Which rows are given a home by hand together."""

    TICKED = "ticked", _("De valda")
    LIKE = "like", _("Alla i urvalet med samma koder och leverantör som de valda")
    ALL = "all", _("Alla i urvalet")
