from decimal import Decimal
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models import CostObject
from vp_portal.core.fields import CodeField
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField


class DriverQuerySet(models.QuerySet):
    def most_used(self) -> Self:
        """Those with most values first."""
        return self.annotate(value_count=models.Count("values")).order_by("-value_count", "code")


class Driver(models.Model):
    """Fördelningsnyckel: what a cost is shared out by, such as users, head count or devices."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    unit = models.CharField(_("räknas i"), max_length=40, blank=True, help_text=_("Till exempel användare."))

    objects = DriverQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("fördelningsnyckel")
        verbose_name_plural = _("fördelningsnycklar")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Consumer(models.Model):
    """Förbrukande enhet: a part of the organisation that uses services, such as a faculty. None of the IT department's
    own units: nobody manages it here and no cost centre belongs to it."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)

    history = history()

    class Meta:
        verbose_name = _("förbrukande enhet")
        verbose_name_plural = _("förbrukande enheter")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class DriverValueQuerySet(models.QuerySet):
    def in_period(self, period: Period) -> Self:
        """The value of each driver, cost object and consumer that holds in a period: the latest from then or before."""
        latest = self.filter(period__lte=period).order_by("driver_id", "cost_object_id", "consumer_id", "-period")
        return self.filter(pk__in=latest.distinct("driver_id", "cost_object_id", "consumer_id").values("pk"))


class DriverValue(models.Model):
    """How much of a driver a cost object has, from a period on until the next value.

    With a consumer: how much of it that consumer has. The whole is the value without one; where there is none, what the
    consumers have together.
    """

    driver = models.ForeignKey(
        Driver, verbose_name=_("fördelningsnyckel"), on_delete=models.PROTECT, related_name="values"
    )
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+"
    )
    consumer = models.ForeignKey(
        Consumer,
        verbose_name=_("förbrukande enhet"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Tomt: hela kostnadsbärarens värde."),
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
                fields=["driver", "cost_object", "consumer", "period"],
                nulls_distinct=False,
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
