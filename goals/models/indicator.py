import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals import computed
from goals.choices import Direction, IndicatorKind, Status
from goals.models.plan import Plan
from goals.models.result import ExpectedResult
from vp_portal.core.as_known import end_of
from vp_portal.core.history import history

_FULL = Decimal(100)


def _value(label: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=4, **options)


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def manual(self) -> Self:
        return self.filter(kind=IndicatorKind.MANUAL)

    def computed(self) -> Self:
        return self.filter(kind=IndicatorKind.COMPUTED)

    def in_force(self, on: dt.date) -> Self:
        """Those that are still measured on a day."""
        return self.filter(models.Q(retired_on__isnull=True) | models.Q(retired_on__gt=on))

    def of_plan(self, plan: Plan) -> Self:
        """Those of the plan itself and of its results."""
        return self.filter(models.Q(plan=plan) | models.Q(result__plan=plan))


class Indicator(models.Model):
    """Mått: how one sees that a result comes closer, or how the plan itself fares. Manual ones have readings, dated
    rows of their own; computed ones have a definition (`goals.computed`), by its code, and snapshots."""

    result = models.ForeignKey(
        ExpectedResult,
        verbose_name=_("förväntat resultat"),
        on_delete=models.PROTECT,
        related_name="indicators",
        null=True,
        blank=True,
    )
    plan = models.ForeignKey(
        Plan,
        verbose_name=_("plan"),
        on_delete=models.PROTECT,
        related_name="indicators",
        null=True,
        blank=True,
        help_text=_("Bara för mått på planen som helhet. Annars anges resultatet."),
    )
    kind = models.CharField(_("slag"), max_length=10, choices=IndicatorKind, default=IndicatorKind.MANUAL)
    code = models.CharField(
        _("definition"), max_length=10, blank=True, help_text=_("Den som portalen räknar efter. Bara för beräknade.")
    )
    name = models.CharField(
        _("namn"), max_length=200, blank=True, help_text=_("Kan lämnas tomt för beräknade: då gäller definitionens.")
    )
    unit = models.CharField(_("enhet"), max_length=40, blank=True, help_text=_("Till exempel %, dagar, kr."))
    direction = models.CharField(_("riktning"), max_length=10, choices=Direction, default=Direction.UP)
    baseline = _value(_("utgångsläge"), null=True, blank=True)
    target = _value(_("målvärde"), null=True, blank=True)
    lower = _value(_("lägst"), null=True, blank=True, help_text=_("Bara för det som ska hållas inom."))
    upper = _value(_("högst"), null=True, blank=True, help_text=_("Bara för det som ska hållas inom."))
    tolerance = _value(
        _("tolerans"),
        default=Decimal(0),
        blank=True,
        help_text=_("Så långt från det väntade värdet är måttet ”bevakas”. Längre ifrån är det ”risk”."),
    )
    retired_on = models.DateField(
        _("mäts inte från och med"), null=True, blank=True, help_text=_("Det som redan är mätt finns kvar.")
    )

    objects = IndicatorQuerySet.as_manager()
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
            models.UniqueConstraint(
                name="goals_indicator_name_once_for_plan",
                fields=["plan", "name"],
                violation_error_message=_("Planen har redan ett mått med det namnet."),
            ),
            models.UniqueConstraint(
                name="goals_indicator_definition_once",
                fields=["plan", "result", "code"],
                condition=~models.Q(code=""),
                nulls_distinct=False,
                violation_error_message=_("Definitionen används redan där."),
            ),
            models.CheckConstraint(
                name="goals_indicator_of_result_or_plan",
                condition=models.Q(result__isnull=True, plan__isnull=False)
                | models.Q(result__isnull=False, plan__isnull=True),
                violation_error_message=_("Ett mått hör till ett resultat eller till planen: ange ett av dem."),
            ),
            models.CheckConstraint(
                name="goals_indicator_definition_if_computed",
                condition=models.Q(kind=IndicatorKind.MANUAL, code="")
                | (models.Q(kind=IndicatorKind.COMPUTED) & ~models.Q(code="")),
                violation_error_message=_("Ett mått som räknas ut har en definition, ett som läses av har ingen."),
            ),
            models.CheckConstraint(
                name="goals_indicator_name_given",
                condition=~models.Q(name=""),
                violation_error_message=_("Ge måttet ett namn."),
            ),
            models.CheckConstraint(
                name="goals_indicator_tolerance_not_negative",
                condition=models.Q(tolerance__gte=0),
                violation_error_message=_("Toleransen får inte vara negativ."),
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

    @property
    def is_computed(self) -> bool:
        return self.kind == IndicatorKind.COMPUTED

    def clean(self) -> None:
        """A measure says where it is going, the way that its direction points. A definition says its own way."""
        if self.is_computed:
            self._follow_definition()
        if self.direction == Direction.KEEP:
            if self.lower is None and self.upper is None:
                raise ValidationError({"lower": _("Ange lägst, högst eller båda.")})
            return
        if self.target is None:
            if self.is_computed:  # Some are only to be shown.
                return
            raise ValidationError({"target": _("Ange ett målvärde.")})
        if self.baseline is None:
            return
        if (self.target > self.baseline) != (self.direction == Direction.UP) or self.target == self.baseline:
            raise ValidationError({"target": _("Målvärdet ligger inte åt det håll som måttet ska gå.")})

    def _follow_definition(self) -> None:
        definition = computed.find(self.code)
        if definition is None:
            raise ValidationError({"code": _("Välj en av definitionerna.")})
        self.name = self.name or str(definition.name)
        self.unit, self.direction = str(definition.unit), definition.direction

    def status(self, value: Decimal | None, on: dt.date) -> Status | None:
        """By the target: reached, as far as expected by the day, within the tolerance of that, or not. None without
        a value or a target. No query where the result and its plan are loaded."""
        if value is None:
            return None
        if self.direction == Direction.KEEP:
            below = max((self.lower - value) if self.lower is not None else Decimal(0), Decimal(0))
            above = max((value - self.upper) if self.upper is not None else Decimal(0), Decimal(0))
            return self._by_distance(below + above, Status.ACHIEVED)
        if self.target is None:
            return None
        sign = 1 if self.direction == Direction.UP else -1
        if (self.target - value) * sign <= 0:
            return Status.ACHIEVED
        aim = self.expected_value(on)
        return self._by_distance((self.target if aim is None else aim) * sign - value * sign, Status.ON_PLAN)

    def _by_distance(self, distance: Decimal, best: Status) -> Status:
        if distance <= 0:
            return best
        return Status.WATCH if distance <= self.tolerance else Status.RISK

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
        if self.direction == Direction.KEEP or self.baseline is None or self.target is None or self.result is None:
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
    """Avläsning: the value of a measure on a day, and where it comes from. For a computed measure, whose values are
    snapshots, only what is to be noted in its chart."""

    indicator = models.ForeignKey(Indicator, verbose_name=_("mått"), on_delete=models.PROTECT, related_name="readings")
    on = models.DateField(_("dag"))
    value = _value(_("värde"), null=True, blank=True, help_text=_("Tomt för mått som portalen räknar ut."))
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
            models.CheckConstraint(
                name="goals_indicatorreading_says_something",
                condition=models.Q(value__isnull=False) | ~models.Q(note=""),
                violation_error_message=_("Ange ett värde, eller för ett beräknat mått en anmärkning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.on}"

    def clean(self) -> None:
        """What the portal computes nobody reads off."""
        if not self.indicator_id:
            return
        if self.indicator.is_computed and self.value is not None:
            raise ValidationError({"value": _("Portalen räknar ut måttet: skriv bara en anmärkning.")})
        if self.indicator.is_computed and not self.note:
            raise ValidationError({"note": _("Skriv en anmärkning.")})
        if not self.indicator.is_computed and self.value is None:
            raise ValidationError({"value": _("Ange ett värde.")})
