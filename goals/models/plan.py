import datetime as dt
import uuid
from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from goals.choices import GoalAbove, SectionState
from services.models import OrgUnit, Person
from vp_portal.core.history import history


class PlanQuerySet(models.QuerySet["Plan"]):
    def current(self, on: dt.date) -> "Plan | None":
        """The plan whose years hold the day; else the latest one that has begun, else the first to come."""
        plans = self.select_related("follow_up")
        return plans.begun(on.year).first() or plans.order_by("first_year", "pk").first()

    def begun(self, year: int) -> Self:
        """The latest first."""
        return self.filter(first_year__lte=year).order_by("-first_year", "-pk")


class Plan(models.Model):
    """Verksamhetsplan (VP): an operational plan for some years, three as a rule."""

    name = models.CharField(_("namn"), max_length=200)
    first_year = models.PositiveSmallIntegerField(_("första år"))
    last_year = models.PositiveSmallIntegerField(_("sista år"))
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = PlanQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("verksamhetsplan")
        verbose_name_plural = _("verksamhetsplaner")
        ordering = ["-first_year"]
        constraints = [
            models.CheckConstraint(
                name="goals_plan_years_in_order",
                condition=models.Q(first_year__gte=2000, last_year__gte=models.F("first_year"), last_year__lte=2199),
                violation_error_message=_("Sista året får inte ligga före det första."),
            ),
            models.UniqueConstraint(
                name="goals_plan_once_per_unit_and_years",
                fields=["unit", "first_year", "last_year"],
                nulls_distinct=False,
                violation_error_message=_("Det finns redan en plan för de åren."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_year}–{self.last_year}"


class PlanSectionQuerySet(models.QuerySet["PlanSection"]):
    def unwritten(self) -> Self:
        """Sections that hold nothing yet: no text, no section below, no goal or result of their focus area."""
        number = models.Func(models.F("number"), models.Value("0"), function="LTRIM", output_field=models.CharField())
        below = PlanSection.objects.filter(plan=models.OuterRef("plan"), number__startswith=models.OuterRef("prefix"))
        own = PlanSection.objects.filter(pk=models.OuterRef("pk"))
        return self.alias(prefix=Concat(number, models.Value("."))).filter(
            ~models.Exists(below),
            ~models.Exists(own.filter(focus_area__goals__isnull=False)),
            ~models.Exists(own.filter(focus_area__results__isnull=False)),
            text="",
        )


class PlanSection(models.Model):
    """A numbered section of the document: 01, 1.1, 3.2. Its `identity` stays when it is renumbered, and from year to
    year. The document's order is that of the numbers; `position` follows it."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="sections")
    number = models.CharField(_("nummer"), max_length=12)
    title = models.CharField(_("rubrik"), max_length=300)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown. Tomt visas som ”ej skrivet”."))
    position = models.PositiveSmallIntegerField(_("ordning"))
    instruction = models.TextField(
        _("instruktion"), blank=True, help_text=_("Vad författaren ska skriva om. Syns bara när avsnittet skrivs.")
    )
    author = models.ForeignKey(
        Person, verbose_name=_("författare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    is_done = models.BooleanField(_("klarmarkerat"), default=False)
    identity = models.UUIDField(_("identitet"), default=uuid.uuid4, db_default=RandomUUID(), editable=False)

    objects = PlanSectionQuerySet.as_manager()
    #: The author writes the section.
    fields_with_rights = ("author_id",)
    history = history()

    class Meta:
        verbose_name = _("avsnitt")
        verbose_name_plural = _("avsnitt")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                name="goals_plansection_number_once",
                fields=["plan", "number"],
                deferrable=models.Deferrable.IMMEDIATE,  # so that two can change places in one statement
                violation_error_message=_("Numret finns redan i planen."),
            ),
            models.CheckConstraint(
                name="goals_plansection_number_form",
                condition=models.Q(number__regex=r"^\d{1,2}(\.\d{1,2}){0,3}$"),
                violation_error_message=_("Ett avsnitt numreras 01, 1.1 eller 1.1.1."),
            ),
            models.UniqueConstraint(
                name="goals_plansection_identity_once",
                fields=["plan", "identity"],
                violation_error_message=_("Avsnittet finns redan i planen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def state(self, *, is_unwritten: bool) -> SectionState:
        """`is_unwritten`: whether `unwritten()` holds it."""
        if self.is_done:
            return SectionState.DONE
        return SectionState.UNWRITTEN if is_unwritten else SectionState.DRAFT

    @property
    def is_chapter(self) -> bool:
        return "." not in self.number


class StrategicGoal(models.Model):
    """What the plan's results contribute to (section 2.2): a strategic goal, or a goal of the plan above."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="strategic_goals")
    kind = models.CharField(_("slag"), max_length=20, choices=GoalAbove, default=GoalAbove.STRATEGIC)
    number = models.CharField(_("nummer"), max_length=12)
    text = models.TextField(_("text"))
    link = models.CharField(
        _("länk"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Dit där målet står."),
    )

    history = history()

    class Meta:
        verbose_name = _("strategiskt mål")
        verbose_name_plural = _("strategiska mål")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                name="goals_strategicgoal_number_once",
                fields=["plan", "number"],
                violation_error_message=_("Numret finns redan i planen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
