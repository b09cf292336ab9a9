"""Choices of the money: values and labels, declared once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    """What an account group is, as the dashboards add it up."""

    INCOME = "income", _("Intäkt")
    COST = "cost", _("Kostnad")
    OTHER = "other", _("Övrigt")


class CodePart(models.TextChoices):
    """A part of the code string that a rule can match on."""

    ACCOUNT = "account", _("Konto")
    COST_CENTRE = "cost_centre", _("Kostnadsställe")
    PROJECT = "project", _("Projekt")
    ACTIVITY = "activity", _("Verksamhet")
    FUNDER = "funder", _("Finansiär")


class MatchOperator(models.TextChoices):
    EXACT = "exact", _("är")
    PREFIX = "prefix", _("börjar med")
    RANGE = "range", _("ligger i")
    EMPTY = "empty", _("är tomt")
