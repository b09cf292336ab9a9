from decimal import Decimal
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models import CostObject
from vp_portal.core.fields import CodeField
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField


class Driver(models.Model):
    """Fördelningsnyckel: what a cost is shared out by, such as users, head count or devices."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    unit = models.CharField(_("räknas i"), max_length=40, blank=True, help_text=_("Till exempel användare."))

    history = history()

    class Meta:
        verbose_name = _("fördelningsnyckel")
        verbose_name_plural = _("fördelningsnycklar")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class DriverValueQuerySet(models.QuerySet):
    def in_period(self, period: Period) -> Self:
        """The value of each driver and cost object that holds in a period: the latest one from then or before."""
        latest = self.filter(period__lte=period).order_by("driver_id", "cost_object_id", "-period")
        return self.filter(pk__in=latest.distinct("driver_id", "cost_object_id").values("pk"))


class DriverValue(models.Model):
    """How much of a driver a cost object has, from a period on until the next value."""

    driver = models.ForeignKey(
        Driver, verbose_name=_("fördelningsnyckel"), on_delete=models.PROTECT, related_name="values"
    )
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+"
    )
    period = PeriodField(_("från period"))
    value = models.DecimalField(_("värde"), max_digits=14, decimal_places=4)

    objects = DriverValueQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("värde för fördelningsnyckel")
        verbose_name_plural = _("värden för fördelningsnycklar")
        ordering = ["driver__code", "cost_object__code", "period"]
        constraints = [
            models.UniqueConstraint(
                name="finance_drivervalue_once",
                fields=["driver", "cost_object", "period"],
                violation_error_message=_("Kostnadsbäraren har redan ett värde från den perioden."),
            ),
            models.CheckConstraint(
                name="finance_drivervalue_not_negative",
                condition=models.Q(value__gte=Decimal(0)),
                violation_error_message=_("Värdet får inte vara negativt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.driver} {self.cost_object} {self.period}: {self.value}"
