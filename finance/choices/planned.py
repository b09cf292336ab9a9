"""Choices of budgets and forecasts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
