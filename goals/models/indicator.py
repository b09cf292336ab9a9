import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals.choices import Direction
from goals.models.result import ExpectedResult
from vp_portal.core.as_known import end_of
from vp_portal.core.history import history

_FULL = Decimal(100)


def _value(label: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=4, **options)


class Indicator(models.Model):
    """Mått: how one sees that a result comes closer. Its readings are dated rows of their own."""

    result = models.ForeignKey(
        ExpectedResult, verbose_name=_("förväntat resultat"), on_delete=models.PROTECT, related_name="indicators"
    )
    name = models.CharField(_("namn"), max_length=200)
    unit = models.CharField(_("enhet"), max_length=40, blank=True, help_text=_("Till exempel %, dagar, kr."))
    direction = models.CharField(_("riktning"), max_length=10, choices=Direction, default=Direction.UP)
    baseline = _value(_("utgångsläge"), null=True, blank=True)
    target = _value(_("målvärde"), null=True, blank=True)
    lower = _value(_("lägst"), null=True, blank=True, help_text=_("Bara för det som ska hållas inom."))
    upper = _value(_("högst"), null=True, blank=True, help_text=_("Bara för det som ska hållas inom."))

    history = history()

    class Meta:
        verbose_name = _("mått")
        verbose_name_plural = _("mått")
        ordering = ["result", "name"]
        constraints = [
            models.UniqueConstraint(
                name="goals_indicator_name_once",
                fields=["result", "name"],
                violation_error_message=_("Resultatet har redan ett mått med det namnet."),
            ),
            models.CheckConstraint(
                name="goals_indicator_limits_in_order",
                condition=models.Q(lower__isnull=True)
                | models.Q(upper__isnull=True)
                | models.Q(upper__gte=models.F("lower")),
                violation_error_message=_("Det högsta värdet får inte ligga under det lägsta."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A measure says where it is going, the way that its direction points."""
        if self.direction == Direction.KEEP:
            if self.lower is None and self.upper is None:
                raise ValidationError({"lower": _("Ange lägst, högst eller båda.")})
            return
        if self.target is None:
            raise ValidationError({"target": _("Ange ett målvärde.")})
        if self.baseline is None:
            return
        if (self.target > self.baseline) != (self.direction == Direction.UP) or self.target == self.baseline:
            raise ValidationError({"target": _("Målvärdet ligger inte åt det håll som måttet ska gå.")})

    def progress(self, value: Decimal) -> int | None:
        """How far a value is from baseline to target, 0–100; what is to be kept within is 100 or 0."""
        if self.direction == Direction.KEEP:
            low, high = self.lower, self.upper
            return 100 if (low is None or value >= low) and (high is None or value <= high) else 0
        if self.target is None:
            return None
        if self.baseline is None or self.baseline == self.target:
            reached = value >= self.target if self.direction == Direction.UP else value <= self.target
            return 100 if reached else None
        share = (value - self.baseline) / (self.target - self.baseline) * 100
        return int(min(max(share, Decimal(0)), _FULL).quantize(Decimal(1), ROUND_HALF_UP))

    def expected_value(self, on: dt.date) -> Decimal | None:
        """On the straight line from baseline at the result's start to target at its due date."""
        if self.direction == Direction.KEEP or self.baseline is None or self.target is None:
            return self.target
        start, due = self.result.starts, self.result.due_on
        if due is None:
            return None
        days = max((due - start).days, 1)
        part = Decimal(min(max((on - start).days, 0), days)) / days
        return self.baseline + (self.target - self.baseline) * part


class IndicatorReadingQuerySet(models.QuerySet["IndicatorReading"]):
    def known_on(self, day: dt.date) -> Self:
        """Readings of days up to that day, entered by its end."""
        return self.filter(on__lte=day, made_at__lt=end_of(day))


class IndicatorReading(models.Model):
    """Avläsning: the value of a measure on a day, and where it comes from."""

    indicator = models.ForeignKey(Indicator, verbose_name=_("mått"), on_delete=models.PROTECT, related_name="readings")
    on = models.DateField(_("dag"))
    value = _value(_("värde"))
    source = models.CharField(_("källa"), max_length=200, blank=True)
    note = models.CharField(_("anmärkning"), max_length=300, blank=True, help_text=_("Visas i kurvan."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    made_at = models.DateTimeField(_("tidpunkt"), default=timezone.now, editable=False)

    objects = IndicatorReadingQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("avläsning")
        verbose_name_plural = _("avläsningar")
        ordering = ["indicator", "on"]
        constraints = [
            models.UniqueConstraint(
                name="goals_indicatorreading_one_a_day",
                fields=["indicator", "on"],
                violation_error_message=_("Måttet har redan en avläsning den dagen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.on}"
