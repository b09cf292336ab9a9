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
        """The run that counts now: one at most."""
        return self.filter(in_force_from__isnull=False, in_force_to__isnull=True)


class AllocationRun(models.Model):
    """One resolution of the rules over the ledger, stored whole. Imports add their cells to the run in force."""

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
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.made_at:%Y-%m-%d %H:%M}"


class AllocationLineQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        return self.filter(run__in=AllocationRun.objects.in_force())


class AllocationLine(models.Model):
    """What a run sends of a cell to a cost object. The lines of a cell add up to the cell."""

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="lines")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="lines")
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="lines")
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(_("belopp"))

    objects = AllocationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("fördelad post")
        verbose_name_plural = _("fördelade poster")
        constraints = [
            models.UniqueConstraint(name="finance_allocationline_once", fields=["run", "cell", "cost_object"]),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id} → {self.cost_object_id}"


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
