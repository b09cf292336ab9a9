"""Planned amounts: budgets and forecasts, in versions."""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import AccountKind, BudgetState, ForecastMethod, TotalBy, VersionKind
from finance.models.account import AccountGroup, in_groups_of
from finance.models.codes import CostCentre
from finance.models.planned_scope import basis_scope, planned_scope
from finance.models.scope import sees_everything, sight
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField, TertialField

if TYPE_CHECKING:
    from vp_portal.core.models import User


class BudgetVersionQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Drafts are the controllers' own; which lines of the others a user sees is the lines' matter."""
        return self if sees_everything(user) else self.exclude(state=BudgetState.DRAFT)

    def counting(self, kind: str) -> Self:
        """The versions that outcomes are held against: of budgets one a year, of forecasts one a tertial."""
        return self.filter(kind=kind, counts=True)


class BudgetVersion(models.Model):
    """A year's budget, or its forecast made in a tertial. What is decided is never changed: a new version is made."""

    kind = models.CharField(_("slag"), max_length=10, choices=VersionKind, default=VersionKind.BUDGET)
    year = models.PositiveSmallIntegerField(_("år"))
    tertial = TertialField(_("tertial"), null=True, blank=True)
    name = models.CharField(_("namn"), max_length=120)
    state = models.CharField(_("läge"), max_length=10, choices=BudgetState, default=BudgetState.DRAFT)
    counts = models.BooleanField(_("gäller"), default=False)
    comment = models.TextField(_("kommentar"), blank=True)
    origin = models.CharField(_("så kom den till"), max_length=500, blank=True)
    limit_percent = models.DecimalField(
        _("kommentar krävs över, procent"), max_digits=5, decimal_places=2, default=Decimal("10.00")
    )
    limit_amount = MoneyField(_("kommentar krävs över, kronor"), default=Decimal("100000.00"))
    decision_ref = models.CharField(_("beslut, diarienummer"), max_length=80, blank=True)
    decided_on = models.DateField(_("beslutsdag"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("gjord av"), on_delete=models.PROTECT, related_name="+", null=True
    )
    made_at = models.DateTimeField(_("gjord"))

    objects = BudgetVersionQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("budgetversion")
        verbose_name_plural = _("budgetversioner")
        ordering = ["-year", "kind", "-tertial", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                name="finance_budgetversion_name_once",
                fields=["kind", "year", "name"],
                violation_error_message=_("Årets versioner har redan en med det namnet."),
            ),
            models.UniqueConstraint(
                name="finance_budgetversion_one_counts",
                fields=["kind", "year", "tertial"],
                condition=models.Q(counts=True),
                nulls_distinct=False,
                violation_error_message=_("En annan version gäller redan."),
            ),
            models.CheckConstraint(
                name="finance_budgetversion_counts_when_decided",
                condition=models.Q(counts=False) | models.Q(state=BudgetState.DECIDED),
                violation_error_message=_("Bara en fastställd version kan gälla."),
            ),
            models.CheckConstraint(
                name="finance_budgetversion_tertial_of_forecast",
                condition=models.Q(kind=VersionKind.BUDGET, tertial__isnull=True)
                | models.Q(kind=VersionKind.FORECAST, tertial__isnull=False),
                violation_error_message=_("En prognos har ett tertial, en budget har inget."),
            ),
            models.CheckConstraint(
                name="finance_budgetversion_year_known",
                condition=models.Q(year__gte=1990, year__lte=2199),
                violation_error_message=_("Ange ett år mellan 1990 och 2199."),
            ),
            models.CheckConstraint(
                name="finance_budgetversion_state_known",
                condition=models.Q(state__in=BudgetState.values),
                violation_error_message=_("Okänt läge."),
            ),
            models.CheckConstraint(
                name="finance_budgetversion_limits_not_negative",
                condition=models.Q(limit_percent__gte=0, limit_amount__gte=0),
                violation_error_message=_("Gränserna kan inte vara negativa."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == BudgetState.DRAFT

    @property
    def is_forecast(self) -> bool:
        return self.kind == VersionKind.FORECAST

    @property
    def periods(self) -> list[Period]:
        """The year's twelve months."""
        return [Period(self.year * 100 + month) for month in range(1, 13)]


class BudgetLineQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The lines that a user may see: as the outcome on the same cost centres and cost objects is seen."""
        seen = sight(user, on)
        visible = self.filter(planned_scope(seen))
        visible._has_totals = seen.everything and not self.query.where
        return visible

    #: Whether nothing is left out, so that the totals hold the same. Lost where something is filtered by.
    _has_totals = False

    def coarse(self, *fields: str) -> Self:
        """The same amounts out of as few rows as there are, to be asked about no more than the fields, the version,
        the period, the cut and the kind of the account groups."""
        asked = {field.split("__")[0] for field in fields if field}
        by = next((one for one in TotalBy if asked <= {one.value}), None)
        if by is None or not self._has_totals:
            return self
        return apps.get_model("finance", "BudgetTotal").objects.filter(by=by)  # type: ignore[return-value]  # the same fields

    def costs(self) -> Self:
        return self.filter(in_groups_of(AccountKind.COST))

    def per_centre(self) -> Self:
        return self.filter(cost_centre__isnull=False)

    def per_object(self) -> Self:
        return self.filter(cost_object__isnull=False)


class BudgetLine(models.Model):
    """What is planned on a cost centre, or on a cost object, in an account group and month; signs as in the ledger.

    Cost centres and cost objects are two ways to cut the same budget: their lines are never added up together.
    A line that was taken away stays with 0.00, and its history with it.
    """

    version = models.ForeignKey(
        BudgetVersion, verbose_name=_("budgetversion"), on_delete=models.PROTECT, related_name="lines"
    )
    period = PeriodField(_("period"))
    cost_centre = models.ForeignKey(
        CostCentre, verbose_name=_("kostnadsställe"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    account_group = models.ForeignKey(
        AccountGroup, verbose_name=_("kontogrupp"), on_delete=models.PROTECT, related_name="+"
    )
    amount = MoneyField(_("belopp"))

    objects = BudgetLineQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("budgetrad")
        verbose_name_plural = _("budgetrader")
        ordering = ["version", "cost_centre__code", "cost_object__code", "account_group__position", "period"]
        constraints = [
            models.UniqueConstraint(
                name="finance_budgetline_once",
                fields=["version", "period", "cost_centre", "cost_object", "account_group"],
                nulls_distinct=False,
                violation_error_message=_("Raden finns redan i versionen."),
            ),
            models.CheckConstraint(
                name="finance_budgetline_centre_or_object",
                condition=models.Q(cost_centre__isnull=True) ^ models.Q(cost_object__isnull=True),
                violation_error_message=_("En rad har ett kostnadsställe eller en kostnadsbärare, inte båda."),
            ),
            models.CheckConstraint(
                name="finance_budgetline_ordinary_month",
                condition=models.Q(period__gte=190001, period__lte=299912),
                violation_error_message=_("Perioden ska vara en vanlig månad."),
            ),
        ]
        indexes = [
            models.Index(fields=["version", "cost_centre", "period"], name="finance_budgetline_centre"),
            models.Index(fields=["version", "cost_object", "period"], name="finance_budgetline_object"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.period} {self.cost_centre or self.cost_object} {self.account_group}"


class ForecastBasisQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        return self.filter(basis_scope(sight(user, on)))


class ForecastBasis(models.Model):
    """How a computed forecast came to a line's year: the method, why it was chosen, and the figures."""

    version = models.ForeignKey(
        BudgetVersion, verbose_name=_("budgetversion"), on_delete=models.PROTECT, related_name="bases"
    )
    cost_centre = models.ForeignKey(
        CostCentre, verbose_name=_("kostnadsställe"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    account_group = models.ForeignKey(
        AccountGroup, verbose_name=_("kontogrupp"), on_delete=models.PROTECT, related_name="+"
    )
    method = models.CharField(_("metod"), max_length=10, choices=ForecastMethod)
    reason = models.CharField(_("varför"), max_length=500)
    booked = MoneyField(_("bokfört hittills"))
    expected = MoneyField(_("väntat resten av året"))

    objects = ForecastBasisQuerySet.as_manager()

    class Meta:
        verbose_name = _("prognosens grund")
        verbose_name_plural = _("prognosens grunder")
        ordering = ["version", "account_group__position", "cost_centre__code", "cost_object__code"]
        constraints = [
            models.UniqueConstraint(
                name="finance_forecastbasis_once",
                fields=["version", "cost_centre", "cost_object", "account_group"],
                nulls_distinct=False,
                violation_error_message=_("Raden har redan en grund."),
            ),
            models.CheckConstraint(
                name="finance_forecastbasis_method_known",
                condition=models.Q(method__in=ForecastMethod.values),
                violation_error_message=_("Okänd metod."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.cost_centre or self.cost_object} {self.account_group}"
