"""The plan. Numbers follow from where a row belongs: 3.1, 3.1.1, 3.1.1.1."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from goals import models
from goals.actions.decide import decide
from goals.choices import ExportFormat, IndicatorKind, Status
from goals.reports.content import decidable
from tests.factories.core import UserFactory
from tests.factories.services import UnitFactory
from vp_portal.core.periods import Tertial


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = models.Plan

    name = factory.Sequence(lambda n: f"Verksamhetsplan {n}")
    unit = factory.SubFactory(UnitFactory)
    first_year = 2025
    last_year = 2027


class PlanSectionFactory(DjangoModelFactory):
    class Meta:
        model = models.PlanSection

    plan = factory.SubFactory(PlanFactory)
    number = factory.LazyAttribute(lambda row: f"1.{row.plan.sections.count() + 1}")
    title = factory.LazyAttribute(lambda row: f"Avsnitt {row.number}")
    text = "Så här arbetar vi."
    position = factory.LazyAttribute(lambda row: row.plan.sections.count() + 1)


class StrategicGoalFactory(DjangoModelFactory):
    class Meta:
        model = models.StrategicGoal

    plan = factory.SubFactory(PlanFactory)
    number = factory.LazyAttribute(lambda row: str(row.plan.strategic_goals.count() + 1))
    text = "Utbildning och forskning i framkant."


class FocusAreaFactory(DjangoModelFactory):
    class Meta:
        model = models.FocusArea

    plan = factory.SubFactory(PlanFactory)
    number = factory.LazyAttribute(lambda row: f"3.{row.plan.focus_areas.count() + 1}")
    name = factory.LazyAttribute(lambda row: f"Fokusområde {row.number}")


class GoalFactory(DjangoModelFactory):
    class Meta:
        model = models.Goal

    focus_area = factory.SubFactory(FocusAreaFactory)
    position = factory.LazyAttribute(lambda row: row.focus_area.goals.count() + 1)
    text = "Vi är en samlad leverantör."


def _next_number(row: Any) -> str:
    """The next number under the parent, or under the focus area."""
    above = row.parent or row.focus_area
    taken = above.children if row.parent else above.results.filter(parent=None)
    return f"{above.number}.{taken.count() + 1}"


class ExpectedResultFactory(DjangoModelFactory):
    """`parent=result` makes a second-level one in the parent's plan and focus area."""

    class Meta:
        model = models.ExpectedResult

    parent = None
    focus_area = factory.Maybe(
        "parent",
        yes_declaration=factory.SelfAttribute("parent.focus_area"),
        no_declaration=factory.SubFactory(FocusAreaFactory),
    )
    plan = factory.SelfAttribute("focus_area.plan")
    number = factory.LazyAttribute(_next_number)
    text = factory.LazyAttribute(lambda row: f"Resultat {row.number} är uppnått.")
    starts_on = dt.date(2025, 1, 1)
    due_on = dt.date(2026, 12, 31)


class CheckInFactory(DjangoModelFactory):
    class Meta:
        model = models.CheckIn

    result = factory.SubFactory(ExpectedResultFactory)
    tertial = Tertial(2025, 1)
    status = Status.ON_PLAN
    progress = 40
    comment = "Det går framåt."
    made_at = dt.datetime(2025, 5, 5, 9, 0, tzinfo=dt.UTC)


class FollowUpRulesFactory(DjangoModelFactory):
    class Meta:
        model = models.FollowUpRules

    plan = factory.SubFactory(PlanFactory)


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = models.Indicator

    result = factory.SubFactory(ExpectedResultFactory)
    name = factory.Sequence(lambda n: f"Mått {n}")
    unit = "%"
    baseline = 20
    target = 80


class IndicatorReadingFactory(DjangoModelFactory):
    class Meta:
        model = models.IndicatorReading

    indicator = factory.SubFactory(IndicatorFactory)
    on = dt.date(2025, 5, 1)
    value = 35
    source = "Ärendesystemet"
    made_at = dt.datetime(2025, 5, 2, 9, 0, tzinfo=dt.UTC)


class ComputedIndicatorFactory(IndicatorFactory):
    """Of a result; `result=None, plan=plan` makes one of the plan."""

    class Meta:
        model = models.Indicator
        abstract = False

    kind = IndicatorKind.COMPUTED
    code = "I05"
    baseline = None
    target = 90
    tolerance = 5


class IndicatorSnapshotFactory(DjangoModelFactory):
    class Meta:
        model = models.IndicatorSnapshot

    indicator = factory.SubFactory(ComputedIndicatorFactory)
    as_of = dt.date(2025, 9, 1)
    code = factory.SelfAttribute("indicator.code")
    definition_version = 1
    value = 70
    numerator = 7
    denominator = 10
    status = Status.RISK
    made_at = dt.datetime(2025, 9, 1, 21, 50, tzinfo=dt.UTC)


class DecidedPlanFactory(DjangoModelFactory):
    """A plan with one section, decided as it is."""

    class Meta:
        model = models.DecidedPlan

    plan = factory.LazyFunction(lambda: PlanSectionFactory().plan)
    registry_no = "V-2025-0001"
    decided_on = dt.date(2025, 1, 15)
    signed_by = "Kim Konto, IT-chef"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Any:
        at = dt.datetime(2025, 1, 15, 9, 0, tzinfo=dt.UTC)
        plan = values.pop("plan")
        return decide(plan, lambda: decidable(plan, at.date()), on=at.date(), at=at, by=None, **values)


class PlanExportFactory(DjangoModelFactory):
    class Meta:
        model = models.PlanExport

    plan = factory.SubFactory(PlanFactory)
    format = ExportFormat.PDF
    asked_by = factory.SubFactory(UserFactory)
    asked_at = dt.datetime(2025, 9, 15, 9, 0, tzinfo=dt.UTC)


class ReminderSettingsFactory(DjangoModelFactory):
    """Of someone with a calendar address."""

    class Meta:
        model = models.ReminderSettings

    user = factory.SubFactory(UserFactory)
    feed_digest = factory.Sequence(lambda n: f"{n:064}")
    feed_since = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
