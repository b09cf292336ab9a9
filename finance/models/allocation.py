import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.cell import LedgerCell
from finance.models.rule import AllocationRule
from finance.models.run import AllocationRun, current_run
from finance.models.scope import LINE, ledger_scope, sight
from finance.models.slice import CellSlice, SupersededSlice
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import PeriodField

if TYPE_CHECKING:
    from vp_portal.core.models import User


#: Of rows that a run makes by the hundred thousand. Asking each row for its constraints took two thirds of a run.
UNCHECKED: dict[str, Any] = {"on_delete": models.PROTECT, "db_constraint": False, "db_index": False}


class AllocationLineQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The lines that a user may see; see `ledger_scope`."""
        seen = sight(user, on)
        return self.filter(ledger_scope(seen, LINE, models.Q(cost_object__in=seen.cost_objects)))

    def in_force(self) -> Self:
        return self.filter(run=current_run())


class AllocationLine(models.Model):
    """What a run sends of a cell to a cost object in the end. The lines of a cell add up to the cell.

    `slice`: the part of the cell that the line is of; None for the rest of it, which is all where nothing is taken out.
    The lines of a slice, and those of the rest, add up too. `rule` None: by hand. `row_count`: the rows, counted at
    the largest part and nowhere else, so that they add up as well. `period`: the cell's, so that some months of a cost
    object are found without reading its other cells. The database has no constraints to what a line
    points to: a run checks all of its lines at once (decision 0033).
    """

    run = models.ForeignKey(AllocationRun, related_name="lines", **UNCHECKED)
    cell = models.ForeignKey(LedgerCell, related_name="lines", **UNCHECKED)
    period = PeriodField(_("period"))
    slice = models.ForeignKey(CellSlice, related_name="lines", null=True, **UNCHECKED)
    rule = models.ForeignKey(AllocationRule, related_name="lines", null=True, **UNCHECKED)
    cost_object = models.ForeignKey(CostObject, related_name="+", **UNCHECKED)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"), default=0)

    objects = AllocationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("fördelad post")
        verbose_name_plural = _("fördelade poster")
        constraints = [
            models.UniqueConstraint(
                name="finance_allocationline_once",
                fields=["run", "cell", "cost_object", "rule", "slice"],
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["run", "cost_object", "period"], name="finance_line_by_object"),
            # Most lines have no slice: they needn't be in the index.
            models.Index(fields=["slice"], name="finance_line_of_slice", condition=models.Q(slice__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id} → {self.cost_object_id}"


class PassedOn(models.Model):
    """What a cost object had of a cell before a rule passed it on: how the cost came there, and what took it away.

    `slice` and `rule` as in AllocationLine.
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="passed_on")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="+")
    slice = models.ForeignKey(
        CellSlice, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+")
    by_rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(_("belopp"))

    class Meta:
        verbose_name = _("vidareförd post")
        verbose_name_plural = _("vidareförda poster")
        constraints = [
            models.UniqueConstraint(
                name="finance_passedon_once",
                fields=["run", "cell", "slice", "rule", "cost_object"],
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["slice"], name="finance_passed_of_slice", condition=models.Q(slice__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.cell_id} {self.cost_object_id} → {self.by_rule_id}"


class SupersededLine(models.Model):
    """What a run sent of a cell until the cell was allocated anew: a later batch moved the base it is shared out by, or
    somebody gave one of its postings a home by hand.

    Without a cost object: that much was unallocated. A cell has one set of these for each time. `slice` as in
    AllocationLine, as it was then.
    """

    run = models.ForeignKey(AllocationRun, on_delete=models.PROTECT, related_name="superseded_lines")
    cell = models.ForeignKey(LedgerCell, on_delete=models.PROTECT, related_name="+")
    slice = models.ForeignKey(SupersededSlice, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    rule = models.ForeignKey(AllocationRule, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    cost_object = models.ForeignKey(CostObject, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    amount = MoneyField(_("belopp"))
    row_count = models.IntegerField(_("rader"), default=0)
    until = models.DateTimeField(_("gällde till"))

    class Meta:
        verbose_name = _("utgången fördelad post")
        verbose_name_plural = _("utgångna fördelade poster")
        constraints = [
            models.UniqueConstraint(
                name="finance_supersededline_once",
                fields=["run", "cell", "until", "rule", "cost_object", "slice"],
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
