import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Abs
from django.utils.translation import gettext_lazy as _

from finance.choices import AccountKind, Sensitivity, TotalBy
from finance.models.account import AccountGroup, in_groups_of
from finance.models.cell import LedgerCell
from finance.models.codes import CostCentre
from finance.models.rule import AllocationRule
from finance.models.run import AllocationRun, current_run
from finance.models.scope import LINE, ROLLUP, Sight, ledger_scope, sight
from finance.models.slice import CellSlice, SupersededSlice
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import Period, PeriodField

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
    the largest part and nowhere else, so that they add up as well. The database has no constraints to what a line
    points to: a run checks all of its lines at once (decision 0033).
    """

    run = models.ForeignKey(AllocationRun, related_name="lines", **UNCHECKED)
    cell = models.ForeignKey(LedgerCell, related_name="lines", **UNCHECKED)
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
            models.Index(fields=["run", "cost_object"], name="finance_line_by_object"),
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


_NOTHING = models.Q(pk__in=[])
IS_COST = in_groups_of(AccountKind.COST) & models.Q(is_distribution=False)


class CostRollupQuerySet(models.QuerySet):
    """Of `CostRollup`, and of `CostTotal`, which holds the same sums in fewer rows."""

    #: What the totals are made by → the same sums out of them. Lost where something else is filtered by.
    _totals: "dict[str, CostRollupQuerySet]" = {}  # never changed, always replaced
    #: For who sees parts only: their cost centres, the totals of these, and what is seen of other cost centres.
    _own: frozenset[int] = frozenset()
    _of_own: "CostRollupQuerySet | None" = None
    _of_others: "CostRollupQuerySet | None" = None

    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The sums that a user may see; see `ledger_scope`."""
        seen = sight(user, on)
        visible = self.filter(ledger_scope(seen, ROLLUP, models.Q(cost_object__in=seen.cost_objects)))
        if self.query.where:
            return visible
        visible._totals = _totals_for(seen)
        if not visible._totals:
            own = ledger_scope(seen, ROLLUP, _NOTHING)
            visible._own = seen.concerned.now
            visible._of_own = _totals().filter(own, by=TotalBy.COST_CENTRE)
            visible._of_others = self.filter(~own, cost_object__in=seen.cost_objects, sensitivity=Sensitivity.OPEN)
        return visible

    def in_force(self) -> Self:
        return self._along(run=current_run())

    def between(self, first: Period, last: Period) -> Self:
        """First and last period included."""
        return self._along(period__gte=first, period__lte=last)

    def costs(self) -> Self:
        """Cost accounts, without accounts that distribute what is already counted."""
        return self._along(IS_COST)

    def unallocated(self) -> Self:
        return self._along(cost_object__isnull=True)

    def coarse(self, *fields: str) -> Self:
        """The same sums out of as few rows as there are, to be asked about no more than the fields, the period, the
        kind of the account groups and whether there is a cost object."""
        asked = {field.split("__")[0] for field in fields} - {"period"}
        return next((rows for by, rows in self._totals.items() if asked <= {by}), self)  # type: ignore[return-value]  # the same fields

    def on_centres(self, keys: Collection[int]) -> Self:
        """On some cost centres only. Where they are the user's own, their totals are what is seen of them."""
        found = self.filter(cost_centre__in=keys)
        totals = self._of_own if set(keys) <= self._own else self._totals.get(TotalBy.COST_CENTRE)
        found._totals = {} if totals is None else {TotalBy.COST_CENTRE.value: totals.filter(cost_centre__in=keys)}
        return found

    def parts(self, *fields: str) -> "list[CostRollupQuerySet]":
        """As `coarse`, in querysets whose sums together are these: for who sees parts only, own cost centres and
        what own cost objects have of others'."""
        asked = {field.split("__")[0] for field in fields} - {"period"}
        if self._of_own is None or self._of_others is None or not asked <= {TotalBy.COST_CENTRE.value}:
            return [self.coarse(*fields)]
        return [self._of_own, self._of_others]

    @property
    def gross(self) -> Any:
        """The expression of a row's absolute amount."""
        return Abs("amount") if self.model is CostRollup else models.F("absolute")

    def _along(self, *conditions: models.Q, **values: Any) -> Self:
        """Filtered, and the totals too."""
        found = self.filter(*conditions, **values)
        found._totals = {by: rows.filter(*conditions, **values) for by, rows in self._totals.items()}
        found._own = self._own
        if self._of_own is not None and self._of_others is not None:
            found._of_own = self._of_own.filter(*conditions, **values)
            found._of_others = self._of_others.filter(*conditions, **values)
        return found


def _totals() -> CostRollupQuerySet:
    totals: CostRollupQuerySet = apps.get_model("finance", "CostTotal").objects.all()
    return totals


def _totals_for(seen: Sight) -> dict[str, CostRollupQuerySet]:
    """The totals that show no more than a user may see: none for those who see parts only, and by cost centre alone
    where it takes the cost centre to tell what is seen."""
    totals = _totals()
    if not (seen.everything or seen.wide):
        return {}
    only_centres = bool(seen.concerned.stretches)
    wanted = [TotalBy.COST_CENTRE] if only_centres else TotalBy
    return {by.value: totals.filter(ledger_scope(seen, ROLLUP, models.Q()), by=by) for by in wanted}


class CostRollup(models.Model):
    """A run's sums per period × cost object × account group × cost centre × sensitivity.

    No cost object: unallocated.
    """

    run = models.ForeignKey(AllocationRun, related_name="rollups", **UNCHECKED)
    period = PeriodField(_("period"))
    cost_object = models.ForeignKey(CostObject, related_name="+", null=True, **UNCHECKED)
    account_group = models.ForeignKey(AccountGroup, related_name="+", null=True, **UNCHECKED)
    cost_centre = models.ForeignKey(CostCentre, related_name="+", null=True, **UNCHECKED)
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
                    "cost_centre",
                    "period",
                    "cost_object",
                    "account_group",
                    "is_distribution",
                    "sensitivity",
                ],
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["run", "cost_object", "period"], name="finance_rollup_by_object"),
            models.Index(
                fields=["run", "cost_centre"], name="finance_rollup_sensitive", condition=models.Q(sensitivity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.cost_object_id} {self.amount}"
