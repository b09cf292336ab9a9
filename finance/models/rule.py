from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import (
    CODE_OPERATORS,
    ROW_OPERATORS,
    RULE_PARTS,
    AllocationMethod,
    MatchOperator,
    RowPart,
)
from finance.models.account import ChartOfAccounts
from finance.models.driver import Driver
from services.models import CostObject
from vp_portal.core.fields import WHOLE, ShareField
from vp_portal.core.formatting import percent
from vp_portal.core.history import history
from vp_portal.core.periods import Period, PeriodField

#: Between the codes of a list.
LIST_SEPARATOR = ","
#: Between texts in the file of the rules.
SEPARATOR = ";"
_ONE_VALUE = [MatchOperator.EXACT, MatchOperator.PREFIX, MatchOperator.LIST, MatchOperator.CONTAINS]


class AllocationRuleQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """The rules as they are tried: the first match wins."""
        return self.filter(is_active=True).order_by("priority", "pk")


class AllocationRule(models.Model):
    """Fördelningsregel: which cost goes to which cost objects. The lowest priority number that matches wins.

    Conditions on the same part are alternatives; conditions on different parts must all hold. A rule that passes on
    has no conditions: when all others are done, it takes what has come to one cost object and shares that out.
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
    is_active = models.BooleanField(_("används"), default=True, help_text=_("Nej: ett utkast, som kan provas."))
    passes_on = models.ForeignKey(
        CostObject,
        verbose_name=_("för vidare kostnaden hos"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("En gemensam tjänst vars kostnad förs vidare till andra. Då har regeln inga villkor."),
    )
    method = models.CharField(_("delas upp"), max_length=12, choices=AllocationMethod, default=AllocationMethod.FIXED)
    driver = models.ForeignKey(
        Driver,
        verbose_name=_("fördelningsnyckel"),
        on_delete=models.PROTECT,
        related_name="rules",
        null=True,
        blank=True,
        help_text=_("Bara för ”efter fördelningsnyckel”."),
    )
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("föreslagen av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    suggested_at = models.DateTimeField(_("föreslagen"), null=True, blank=True)

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
            models.CheckConstraint(
                name="finance_allocationrule_method_known",
                condition=models.Q(method__in=AllocationMethod.values),
                violation_error_message=_("Okänt sätt att dela upp."),
            ),
            models.CheckConstraint(
                name="finance_allocationrule_driver_fits_method",
                condition=models.Q(method=AllocationMethod.DRIVER, driver__isnull=False)
                | (~models.Q(method=AllocationMethod.DRIVER) & models.Q(driver__isnull=True)),
                violation_error_message=_("Ange en fördelningsnyckel när regeln delas upp efter en, annars ingen."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def holds_in(self, period: Period) -> bool:
        return (self.first_period or period) <= period <= (self.last_period or period)


class RuleCondition(models.Model):
    """One condition of a rule on a part of the code string, or on the posting's own text, supplier or counterparty.

    A range holds codes whose first characters lie between its bounds, which are of the same length.
    """

    rule = models.ForeignKey(
        AllocationRule, verbose_name=_("regel"), on_delete=models.CASCADE, related_name="conditions"
    )
    part = models.CharField(_("del"), max_length=20, choices=RULE_PARTS)
    operator = models.CharField(_("villkor"), max_length=10, choices=MatchOperator, default=MatchOperator.EXACT)
    low = models.CharField(_("värde"), max_length=1000, blank=True, help_text=_("För ”är någon av”: med komma mellan."))
    high = models.CharField(_("till"), max_length=40, blank=True, help_text=_("Bara för ”ligger i”."))

    history = history()

    class Meta:
        verbose_name = _("villkor")
        verbose_name_plural = _("villkor")
        ordering = ["rule", "part", "low"]
        constraints = [
            models.CheckConstraint(
                name="finance_rulecondition_part_known",
                condition=models.Q(part__in=[part for part, _label in RULE_PARTS]),
                violation_error_message=_("Okänd del av kodsträngen."),
            ),
            models.CheckConstraint(
                name="finance_rulecondition_operator_fits_part",
                condition=(~models.Q(part__in=RowPart.values) & models.Q(operator__in=CODE_OPERATORS))
                | models.Q(part__in=RowPart.values, operator__in=ROW_OPERATORS),
                violation_error_message=_("”Innehåller” är för texter, ”ligger i” och ”är någon av” för koder."),
            ),
            models.CheckConstraint(
                name="finance_rulecondition_values_fit_operator",
                condition=models.Q(operator=MatchOperator.EMPTY, low="", high="")
                | (models.Q(operator__in=_ONE_VALUE, high="") & ~models.Q(low=""))
                | (models.Q(operator=MatchOperator.RANGE, low__lte=models.F("high")) & ~models.Q(low="")),
                violation_error_message=_("Ange ett värde, för ”ligger i” två i ordning, för ”är tomt” inget."),
            ),
        ]

    def __str__(self) -> str:
        low = self.low.replace(LIST_SEPARATOR, ", ") if self.operator == MatchOperator.LIST else self.low
        return " ".join(filter(None, [self.get_part_display(), self.get_operator_display(), low, self.high]))

    def clean(self) -> None:
        if self.operator == MatchOperator.RANGE and len(self.low) != len(self.high):
            raise ValidationError({"high": _("Från och till ska ha lika många tecken.")})
        if self.operator == MatchOperator.LIST:
            self.low = listed(self.low)
        if self.part in RowPart.values and SEPARATOR in self.low:
            raise ValidationError({"low": _("Ange texten utan semikolon. Flera texter blir var sitt villkor.")})


def listed(codes: str) -> str:
    """Codes of a list as they are stored: each once, in order."""
    return LIST_SEPARATOR.join(sorted({code.strip() for code in codes.split(LIST_SEPARATOR)} - {""}))


def code_holds(code: str, operator: str, low: str, high: str = "") -> bool:
    """Whether a condition holds for a code ("" for none): as `finance/actions/allocation_sql.py` says it in SQL."""
    match operator:
        case MatchOperator.EXACT:
            return code == low
        case MatchOperator.PREFIX:
            return code.startswith(low)
        case MatchOperator.LIST:
            return code in low.split(LIST_SEPARATOR)
        case MatchOperator.RANGE:
            return len(code) >= len(low) and low <= code[: len(low)] <= high
    return code == ""


def row_holds(values: Sequence[str], operator: str, low: str) -> bool:
    """The same for what a posting says of its text, supplier or counterparty (name and number): any of them will do.

    Large and small letters are the same.
    """
    told, wanted = [value.lower() for value in values], low.lower()
    match operator:
        case MatchOperator.CONTAINS:
            return any(wanted in value for value in told)
        case MatchOperator.PREFIX:
            return any(value.startswith(wanted) for value in told)
        case MatchOperator.EXACT:
            return wanted in told
    return not any(told)


class AllocationShare(models.Model):
    """A cost object that gets a part of a rule's cost. Only fixed shares have a per cent; they add up to 100.0000.

    The database asks that of each rule when a transaction ends (`finance_shares_are_whole`).
    """

    rule = models.ForeignKey(AllocationRule, verbose_name=_("regel"), on_delete=models.CASCADE, related_name="shares")
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+"
    )
    share = ShareField(_("andel i procent"), null=True, blank=True, help_text=_("Bara för fasta andelar."))

    history = history()

    class Meta:
        verbose_name = _("andel")
        verbose_name_plural = _("andelar")
        ordering = ["rule", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="finance_allocationshare_cost_object_once",
                fields=["rule", "cost_object"],
                violation_error_message=_("Kostnadsbäraren står redan i regeln."),
            ),
            models.CheckConstraint(
                name="finance_allocationshare_is_a_part",
                condition=models.Q(share__isnull=True) | models.Q(share__gt=0, share__lte=WHOLE),
                violation_error_message=_("En andel är över 0 och högst 100 procent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_object}: {percent(self.share, 4)}" if self.share else str(self.cost_object)


def problem_of_shares(method: str, shares: "list[Decimal | None]") -> Any:
    """What is wrong with a rule's shares, one for each cost object, in words; None when they can be used."""
    if not shares:
        return _("Regeln ska ha en kostnadsbärare.")
    if method != AllocationMethod.FIXED:
        return _("Bara fasta andelar har procent.") if any(share is not None for share in shares) else None
    if any(share is None for share in shares):
        return _("Ange en andel i procent för varje kostnadsbärare.")
    total = sum((share for share in shares if share is not None), Decimal(0))
    if total != WHOLE:
        words = _("Andelarna ska bli 100,0000 procent tillsammans. De blir %(total)s.")
        return words % {"total": percent(total, 4)}
    return None
