import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.functions import RandomUUID
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.choices import RollUpMethod
from goals.models.focus_area import FocusArea, Goal
from goals.models.plan import Plan, StrategicGoal
from services.models import CostObject, OrgUnit, Person
from vp_portal.core.history import history

LEVEL_1 = r"^\d{1,2}\.\d{1,2}\.\d{1,2}$"
LEVEL_2 = r"^\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,2}$"


class ExpectedResultQuerySet(models.QuerySet):
    def led_by(self, person_id: int | None) -> Self:
        """The results that a person owns or is deputy for."""
        return self.filter(models.Q(owner_id=person_id) | models.Q(deputy_id=person_id))

    def in_force(self, on: dt.date) -> Self:
        """Those that the plan has not dropped by a day."""
        return self.filter(models.Q(retired_on__isnull=True) | models.Q(retired_on__gt=on))

    def with_latest_check_in(self, on: dt.date) -> Self:
        """Annotates `latest_id`: the check-in that stands at the end of a day (None: none yet)."""
        from goals.models.check_in import CheckIn

        return self.annotate(latest_id=models.Subquery(CheckIn.objects.that_stands(on).values("pk")[:1]))


class ExpectedResult(models.Model):
    """Förväntat resultat: an outcome to reach. Two levels; keeps the plan's own number (3.1.1.2).

    `identity` is the same in every year's plan. What a plan drops is retired, never removed.
    """

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="results")
    focus_area = models.ForeignKey(
        FocusArea, verbose_name=_("fokusområde"), on_delete=models.PROTECT, related_name="results"
    )
    goal = models.ForeignKey(
        Goal, verbose_name=_("mål"), on_delete=models.PROTECT, related_name="results", null=True, blank=True
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("del av"), on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    number = models.CharField(_("nummer"), max_length=12)
    text = models.TextField(_("text"))
    owner = models.ForeignKey(
        Person, verbose_name=_("ansvarig"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    deputy = models.ForeignKey(
        Person, verbose_name=_("ersättare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewer = models.ForeignKey(
        Person,
        verbose_name=_("granskare"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Kvitterar avstämningarna. Någon annan än den ansvariga."),
    )
    monthly = models.BooleanField(_("följs upp varje månad"), default=False, help_text=_("Annars varje tertial."))
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_on = models.DateField(_("startar"), null=True, blank=True)
    due_on = models.DateField(_("klart senast"), null=True, blank=True)
    weight = models.DecimalField(_("vikt"), max_digits=6, decimal_places=2, default=Decimal("1.00"))
    roll_up = models.CharField(
        _("sammanvägning av delarna"), max_length=10, choices=RollUpMethod, default=RollUpMethod.MEAN
    )
    cost_objects = models.ManyToManyField(
        CostObject, verbose_name=_("gäller tjänster och FO"), related_name="+", blank=True
    )
    identity = models.UUIDField(_("identitet"), default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    retired_on = models.DateField(
        _("utgår från och med"), null=True, blank=True, help_text=_("Från den dagen ingår resultatet inte i planen.")
    )

    serves = models.ManyToManyField(StrategicGoal, verbose_name=_("bidrar till"), related_name="results", blank=True)

    objects = ExpectedResultQuerySet.as_manager()
    #: They make and acknowledge its check-ins.
    fields_with_rights = ("owner_id", "deputy_id", "reviewer_id")
    history = history(m2m_fields=[cost_objects, serves])

    class Meta:
        verbose_name = _("förväntat resultat")
        verbose_name_plural = _("förväntade resultat")
        ordering = ["plan", "focus_area__number", "number"]
        constraints = [
            models.UniqueConstraint(
                name="goals_expectedresult_number_once",
                fields=["plan", "number"],
                violation_error_message=_("Numret finns redan i planen."),
            ),
            models.UniqueConstraint(
                name="goals_expectedresult_identity_once",
                fields=["plan", "identity"],
                violation_error_message=_("Resultatet finns redan i planen."),
            ),
            models.CheckConstraint(
                name="goals_expectedresult_number_fits_level",
                condition=models.Q(parent__isnull=True, number__regex=LEVEL_1)
                | models.Q(parent__isnull=False, number__regex=LEVEL_2),
                violation_error_message=_("Ett resultat numreras 3.1.1, ett delresultat 3.1.1.1."),
            ),
            models.CheckConstraint(
                name="goals_expectedresult_text_given",
                condition=~models.Q(text=""),
                violation_error_message=_("Ett förväntat resultat måste ha en text."),
            ),
            models.CheckConstraint(
                name="goals_expectedresult_due_after_start",
                condition=models.Q(starts_on__isnull=True)
                | models.Q(due_on__isnull=True)
                | models.Q(due_on__gte=models.F("starts_on")),
                violation_error_message=_("Resultatet kan inte vara klart innan det startar."),
            ),
            models.CheckConstraint(
                name="goals_expectedresult_weight_not_negative",
                condition=models.Q(weight__gte=0),
                violation_error_message=_("Vikten får inte vara negativ."),
            ),
            models.CheckConstraint(
                name="goals_expectedresult_deputy_is_another",
                condition=models.Q(owner__isnull=True)
                | models.Q(deputy__isnull=True)
                | ~models.Q(deputy=models.F("owner")),
                violation_error_message=_("Ersättaren måste vara någon annan än den ansvariga."),
            ),
            models.CheckConstraint(
                name="goals_expectedresult_reviewer_is_another",
                condition=models.Q(reviewer__isnull=True)
                | models.Q(owner__isnull=True)
                | ~models.Q(reviewer=models.F("owner")),
                violation_error_message=_("Granskaren måste vara någon annan än den ansvariga."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"

    @property
    def starts(self) -> dt.date:
        """The plan's first day where the result has no start of its own."""
        return self.starts_on or dt.date(self.plan.first_year, 1, 1)

    def is_retired(self, on: dt.date) -> bool:
        return self.retired_on is not None and self.retired_on <= on

    def clean(self) -> None:
        """What a constraint on one row can't see: parent, goal, area and plan belong together, and so do the days."""
        if errors := {**self._misplaced(), **self._untimely(), **self._weightless()}:
            raise ValidationError(errors)

    def _misplaced(self) -> dict[str, Any]:
        errors = {}
        parent = self.parent
        if parent and self.pk and self.pk in {parent.pk, parent.parent_id}:
            errors["parent"] = _("Ett resultat kan inte vara del av sig självt eller av sina egna delar.")
        elif parent and (parent.parent_id or not self.number.startswith(f"{parent.number}.")):
            errors["parent"] = _("Ett delresultat hör till resultatet vars nummer det börjar med.")
        if self.goal and self.goal.focus_area_id != self.focus_area_id:
            errors["goal"] = _("Målet hör till ett annat fokusområde.")
        if self.focus_area_id and self.focus_area.plan_id != self.plan_id:
            errors["focus_area"] = _("Fokusområdet hör till en annan plan.")
        return errors

    def _untimely(self) -> dict[str, Any]:
        if not self.plan_id or not self.due_on or self.due_on >= dt.date(self.plan.first_year, 1, 1):
            return {}
        if self.starts_on and self.due_on < self.starts_on:
            return {}  # The constraint says so.
        text = _("Slutdatumet ligger före planens start, %(day)s.")
        return {"due_on": ValidationError(text, params={"day": f"{self.plan.first_year}-01-01"})}

    def _weightless(self) -> dict[str, Any]:
        """A mean needs a weight: the results beside this one are those of the same parent, or of the area's top."""
        if self.weight is None or self.weight != 0 or not self.focus_area_id:
            return {}
        beside = ExpectedResult.objects.filter(focus_area=self.focus_area_id, parent=self.parent_id)
        if beside.exclude(pk=self.pk).filter(weight__gt=0).exists():
            return {}
        return {"weight": _("Vikterna blir noll tillsammans: då går det inte att räkna ett medelvärde. Sätt en vikt.")}
