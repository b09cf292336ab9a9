"""A run's sums, and the querysets that read them out of as few rows as hold the answer."""

import datetime as dt
import functools
import operator
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Abs
from django.utils.translation import gettext_lazy as _

from finance.choices import AccountKind, Sensitivity, TotalBy
from finance.models.account import AccountGroup, in_groups_of
from finance.models.allocation import UNCHECKED
from finance.models.codes import CostCentre
from finance.models.concerned import LAST
from finance.models.run import AllocationRun, current_run
from finance.models.scope import ROLLUP, Sight, ledger_scope, sight
from services.models import CostObject
from vp_portal.core.as_known import is_inside
from vp_portal.core.fields import MoneyField
from vp_portal.core.periods import MONTH, Period, PeriodField, divided

if TYPE_CHECKING:
    from vp_portal.core.models import User


_NOTHING = models.Q(pk__in=[])
IS_COST = in_groups_of(AccountKind.COST) & models.Q(is_distribution=False)


class CostRollupQuerySet(models.QuerySet):
    """Of `CostRollup`, and of `CostTotal` and `SpanTotal`, which hold the same sums in fewer rows."""

    #: What the totals are made by → the same sums out of them. Lost where something else is filtered by.
    _totals: "dict[str, CostRollupQuerySet]" = {}  # never changed, always replaced
    #: For who sees parts only: their cost centres, the totals of these, and what is seen of other cost centres.
    _own: frozenset[int] = frozenset()
    _of_own: "CostRollupQuerySet | None" = None
    _of_others: "CostRollupQuerySet | None" = None
    #: As `_totals`, of whole tertials and years; "" is nothing put together. Lost where months are chosen.
    _spans: "dict[str, CostRollupQuerySet]" = {}
    #: The months where what the user may see changes: no span may lie on both sides.
    _cuts: frozenset[Period] = frozenset()

    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """The sums that a user may see; see `ledger_scope`."""
        seen = sight(user, on)
        visible = self.filter(ledger_scope(seen, ROLLUP, models.Q(cost_object__in=seen.cost_objects)))
        if self.query.where:
            return visible
        visible._totals = _totals_for(seen)
        visible._spans, visible._cuts = _spans_for(seen, visible._totals)
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
        found = self._along(period__gte=first, period__lte=last)
        found._spans = {}
        return found

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

    def within(self, *stretches: tuple[Period, Period], by: Collection[str] = ()) -> "list[CostRollupQuerySet]":
        """The sums of the ordinary months of the stretches, in querysets whose sums together are these, to be asked
        what `coarse` can be. Whole years and tertials are one sum each, in the place of their first month: of no
        stretch's bounds any lies on both sides."""
        spans = self._spans_by(by)
        pieces = divided(stretches, self._cuts, whole=spans is not None)
        found: list[CostRollupQuerySet] = []
        if firsts := pieces.pop(MONTH, None):
            found.append(self.coarse(*by).filter(period__in=firsts))
        if spans is not None and pieces:
            lengths = (models.Q(months=length, period__in=firsts) for length, firsts in pieces.items())
            found.append(spans.filter(functools.reduce(operator.or_, lengths)))
        return found

    def _spans_by(self, by: Collection[str]) -> "CostRollupQuerySet | None":
        asked = {field.split("__")[0] for field in by}
        fits = (rows for by, rows in self._spans.items() if by and asked <= {by})
        return next(fits, self._spans.get(""))

    def on_centres(self, keys: Collection[int]) -> Self:
        """On some cost centres only. Where they are the user's own, their totals are what is seen of them."""
        found = self.filter(cost_centre__in=keys)
        totals = self._of_own if set(keys) <= self._own else self._totals.get(TotalBy.COST_CENTRE)
        found._totals = {} if totals is None else {TotalBy.COST_CENTRE.value: totals.filter(cost_centre__in=keys)}
        told_apart = (by for by in self._spans if by in ("", TotalBy.COST_CENTRE))
        found._spans = {by: self._spans[by].filter(cost_centre__in=keys) for by in told_apart}
        found._cuts = self._cuts
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
        found._spans = {by: rows.filter(*conditions, **values) for by, rows in self._spans.items()}
        found._own, found._cuts = self._own, self._cuts
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


def _spans_for(seen: Sight, totals: Collection[str]) -> tuple[dict[str, CostRollupQuerySet], frozenset[Period]]:
    """The spans by what the user has totals by, and those where nothing is put together, for whoever sees something.
    None of another day, which has no spans."""
    if is_inside():
        return {}, frozenset()
    spans: CostRollupQuerySet = apps.get_model("finance", "SpanTotal").objects.all()
    scope = ledger_scope(seen, ROLLUP, models.Q(cost_object__in=seen.cost_objects))
    firsts = {first.shift(0) for first, _last in seen.concerned.stretches}
    afters = {last.shift(1) for _first, last in seen.concerned.stretches if last < LAST}
    return {by: spans.filter(scope, by=by) for by in (*totals, "")}, frozenset(firsts | afters)


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
