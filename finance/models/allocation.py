import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import AccountKind, Sensitivity
from finance.models.account import AccountGroup
from finance.models.cell import LedgerCell
from finance.models.codes import CostCentre
from finance.models.rule import AllocationRule
from finance.models.scope import ROLLUP, ledger_scope, sight
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import Period, PeriodField

if TYPE_CHECKING:
    from vp_portal.core.models import User


class AllocationRunQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """The run that counts now: one at most. Its rules are many, and read when asked for."""
        return self.filter(in_force_from__isnull=False, in_force_to__isnull=True).defer("rules")


class AllocationRun(models.Model):
    """One resolution of the rules over the ledger, stored whole. Imports add their cells to the run in force.

    `rules` are those that it was made by, as they were then, and what is booked later follows them too (None for runs
    from before they were kept). `kept`: period → the run that its lines were taken over from. A scenario never counts.
    """

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    made_at = models.DateTimeField(_("tidpunkt"))
    in_force_from = models.DateTimeField(_("gäller från"), null=True, blank=True)
    in_force_to = models.DateTimeField(_("gällde till"), null=True, blank=True)
    scenario = models.CharField(
        _("scenario"), max_length=120, blank=True, help_text=_("Tomt: en fördelning som räknas.")
    )
    rules = models.JSONField(_("regler"), null=True, blank=True, editable=False)
    kept = models.JSONField(_("behållna perioder"), default=dict, blank=True, editable=False)

    objects = AllocationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("fördelning")
        verbose_name_plural = _("fördelningar")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                models.expressions.Value(1),
                name="finance_allocationrun_one_in_force",
                condition=models.Q(in_force_from__isnull=False, in_force_to__isnull=True),
            ),
            models.CheckConstraint(
                name="finance_allocationrun_scenario_never_counts",
                condition=models.Q(scenario="") | models.Q(in_force_from__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.made_at:%Y-%m-%d %H:%M}"


class AllocationLineQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(run__in=AllocationRun.objects.in_force())


class AllocationLine(models.Model):
    """What a run sends of a cell to a cost object in the end. The lines of a cell add up to the cell.

    `row_count`: the cell's rows, counted at its largest part and nowhere else, so that they add up too.
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="lines")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="lines")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="lines")
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"), default=0)

    objects = AllocationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("fördelad post")
        verbose_name_plural = _("fördelade poster")
        constraints = [
            models.UniqueConstraint(name="finance_allocationline_once", fields=["run", "cell", "rule", "cost_object"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id} → {self.cost_object_id}"


class PassedOn(models.Model):
    """What a cost object had of a cell before a rule passed it on: how the cost came there, and what took it away."""

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="passed_on")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+")
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+")
    by_rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(_("belopp"))

    class Meta:
        verbose_name = _("vidareförd post")
        verbose_name_plural = _("vidareförda poster")
        constraints = [
            models.UniqueConstraint(name="finance_passedon_once", fields=["run", "cell", "rule", "cost_object"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id} {self.cost_object_id} → {self.by_rule_id}"


class SupersededLine(models.Model):
    """What a run sent of a cell until the cell was allocated anew: a later batch moved the base it is shared out by.

    Without a cost object: that much was unallocated. A cell has one set of these for each time.
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="superseded_lines")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+", null=True)
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+", null=True)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"), default=0)
    until = models.DateTimeField(_("gällde till"))

    class Meta:
        verbose_name = _("utgången fördelad post")
        verbose_name_plural = _("utgångna fördelade poster")
        constraints = [
            models.UniqueConstraint(
                name="finance_supersededline_once",
                fields=["run", "cell", "until", "rule", "cost_object"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id} → {self.cost_object_id}"


class EmptyBase(models.Model):
    """A rule that found nothing to share out by in a period: its cost stayed where it was."""

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="empty_bases")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+")
    period = PeriodField(_("period"))

    class Meta:
        verbose_name = _("tom bas")
        verbose_name_plural = _("tomma baser")
        ordering = ["rule__priority", "period"]
        constraints = [
            models.UniqueConstraint(name="finance_emptybase_once", fields=["run", "rule", "period"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.rule_id} {self.period}"


IS_COST = models.Q(account_group__kind=AccountKind.COST, is_distribution=False)


class CostRollupQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The sums that a user may see; see `ledger_scope`."""
        seen = sight(user, on)
        return self.filter(ledger_scope(seen, ROLLUP, models.Q(cost_object__in=seen.cost_objects)))

    def in_force(self) -> Self:
        return self.filter(run__in=AllocationRun.objects.in_force())

    def between(self, first: Period, last: Period) -> Self:
        """First and last period included."""
        return self.filter(period__gte=first, period__lte=last)

    def costs(self) -> Self:
        """Cost accounts, without accounts that distribute what is already counted."""
        return self.filter(IS_COST)

    def unallocated(self) -> Self:
        return self.filter(cost_object__isnull=True)


class CostRollup(models.Model):
    """A run's sums per period × cost object × account group × cost centre × sensitivity.

    No cost object: unallocated.
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="rollups")
    period = PeriodField(_("period"))
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+", null=True)
    account_group = models.ForeignKey(AccountGroup, on_delete=models.PROTECT, related_name="+", null=True)
    cost_centre = models.ForeignKey(CostCentre, on_delete=models.PROTECT, related_name="+", null=True)
    is_distribution = models.BooleanField(default=False)
    sensitivity = models.PositiveSmallIntegerField(choices=Sensitivity, default=Sensitivity.OPEN)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"))

    objects = CostRollupQuerySet.as_manager()

    class Meta:
        verbose_name = _("summa")
        verbose_name_plural = _("summor")
        constraints = [
            models.UniqueConstraint(
                name="finance_costrollup_once",
                fields=[
                    "run",
                    "period",
                    "cost_object",
                    "account_group",
                    "cost_centre",
                    "is_distribution",
                    "sensitivity",
                ],
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["run", "cost_centre", "period"], name="finance_rollup_by_centre"),
            models.Index(fields=["run", "cost_object", "period"], name="finance_rollup_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.cost_object_id} {self.amount}"
