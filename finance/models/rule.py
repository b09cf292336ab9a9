from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import CodePart, MatchOperator
from finance.models.account import ChartOfAccounts
from services.models import CostObject
from vp_portal.core.fields import WHOLE, ShareField
from vp_portal.core.formatting import percent
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField


class AllocationRuleQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """The rules as they are tried: the first match wins."""
        return self.filter(is_active=True).order_by("priority", "pk")


class AllocationRule(models.Model):
    """Fördelningsregel: which cost goes to which cost object. The lowest priority number that matches wins.

    Conditions on the same part are alternatives; conditions on different parts must all hold.
    """

    name = models.CharField(_("namn"), max_length=200)
    priority = models.PositiveIntegerField(_("prioritet"), unique=True, help_text=_("Lägst nummer prövas först."))
    chart = models.ForeignKey(
        ChartOfAccounts,
        verbose_name=_("kontoplan"),
        on_delete=models.PROTECT,
        related_name="rules",
        null=True,
        blank=True,
        help_text=_("Tomt: alla kontoplaner."),
    )
    first_period = PeriodField(_("från period"), null=True, blank=True)
    last_period = PeriodField(_("till och med period"), null=True, blank=True)
    is_active = models.BooleanField(_("används"), default=True)

    objects = AllocationRuleQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("fördelningsregel")
        verbose_name_plural = _("fördelningsregler")
        ordering = ["priority"]
        constraints = [
            models.CheckConstraint(
                name="finance_allocationrule_periods_in_order",
                condition=models.Q(first_period__isnull=True)
                | models.Q(last_period__isnull=True)
                | models.Q(last_period__gte=models.F("first_period")),
                violation_error_message=_("Sista perioden får inte ligga före den första."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def holds_in(self, period: Period) -> bool:
        return (self.first_period or period) <= period <= (self.last_period or period)


class RuleCondition(models.Model):
    """One condition of a rule on a part of the code string.

    A range holds codes whose first characters lie between its bounds, which are of the same length.
    """

    rule = models.ForeignKey(
        AllocationRule, verbose_name=_("regel"), on_delete=models.CASCADE, related_name="conditions"
    )
    part = models.CharField(_("del"), max_length=20, choices=CodePart)
    operator = models.CharField(_("villkor"), max_length=10, choices=MatchOperator, default=MatchOperator.EXACT)
    low = models.CharField(_("värde"), max_length=40, blank=True)
    high = models.CharField(_("till"), max_length=40, blank=True, help_text=_("Bara för ”ligger i”."))

    history = history()

    class Meta:
        verbose_name = _("villkor")
        verbose_name_plural = _("villkor")
        ordering = ["rule", "part", "low"]
        constraints = [
            models.CheckConstraint(
                name="finance_rulecondition_part_known",
                condition=models.Q(part__in=CodePart.values),
                violation_error_message=_("Okänd del av kodsträngen."),
            ),
            models.CheckConstraint(
                name="finance_rulecondition_values_fit_operator",
                condition=models.Q(operator=MatchOperator.EMPTY, low="", high="")
                | (models.Q(operator__in=[MatchOperator.EXACT, MatchOperator.PREFIX], high="") & ~models.Q(low=""))
                | (models.Q(operator=MatchOperator.RANGE, low__lte=models.F("high")) & ~models.Q(low="")),
                violation_error_message=_("Ange ett värde, för ”ligger i” två i ordning, för ”är tomt” inget."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.get_part_display(), self.get_operator_display(), self.low, self.high]))

    def clean(self) -> None:
        if self.operator == MatchOperator.RANGE and len(self.low) != len(self.high):
            raise ValidationError({"high": _("Från och till ska ha lika många tecken.")})


class AllocationShare(models.Model):
    """What a cost object gets of a rule's cost: one cost object gets the whole."""

    rule = models.ForeignKey(AllocationRule, verbose_name=_("regel"), on_delete=models.CASCADE, related_name="shares")
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+"
    )
    share = ShareField(_("andel i procent"), default=WHOLE)

    history = history()

    class Meta:
        verbose_name = _("andel")
        verbose_name_plural = _("andelar")
        ordering = ["rule", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="finance_allocationshare_one_per_rule",
                fields=["rule"],
                violation_error_message=_("Regeln har redan en kostnadsbärare."),
            ),
            models.CheckConstraint(
                name="finance_allocationshare_is_whole",
                condition=models.Q(share=WHOLE),
                violation_error_message=_("Andelarna ska bli 100,0000 procent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_object}: {percent(self.share)}"
