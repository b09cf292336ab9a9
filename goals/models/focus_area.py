from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.choices import RollUpMethod
from goals.models.plan import Plan, PlanSection
from vp_portal.core.history import history


class FocusArea(models.Model):
    """A thematic group of goals and expected results (3.1 – 3.4), linked to its section of the document."""

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="focus_areas")
    section = models.OneToOneField(
        PlanSection,
        verbose_name=_("avsnitt"),
        on_delete=models.PROTECT,
        related_name="focus_area",
        null=True,
        blank=True,
    )
    number = models.CharField(_("nummer"), max_length=12)
    name = models.CharField(_("namn"), max_length=300)
    roll_up = models.CharField(_("sammanvägning"), max_length=10, choices=RollUpMethod, default=RollUpMethod.MEAN)

    history = history()

    class Meta:
        verbose_name = _("fokusområde")
        verbose_name_plural = _("fokusområden")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(
                name="goals_focusarea_number_once",
                fields=["plan", "number"],
                violation_error_message=_("Numret finns redan i planen."),
            ),
            models.CheckConstraint(
                name="goals_focusarea_number_form",
                condition=models.Q(number__regex=r"^\d{1,2}\.\d{1,2}$"),
                violation_error_message=_("Ett fokusområde numreras 3.1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Goal(models.Model):
    """Objective of a focus area. An area without one has a plan gap."""

    focus_area = models.ForeignKey(
        FocusArea, verbose_name=_("fokusområde"), on_delete=models.PROTECT, related_name="goals"
    )
    position = models.PositiveSmallIntegerField(_("ordning"), default=1)
    text = models.TextField(_("text"))
    roll_up = models.CharField(_("sammanvägning"), max_length=10, choices=RollUpMethod, default=RollUpMethod.MEAN)

    history = history()

    class Meta:
        verbose_name = _("mål")
        verbose_name_plural = _("mål")
        ordering = ["focus_area", "position"]
        constraints = [
            models.UniqueConstraint(
                name="goals_goal_position_once",
                fields=["focus_area", "position"],
                violation_error_message=_("Det finns redan ett mål på den platsen."),
            ),
            models.CheckConstraint(
                name="goals_goal_text_given",
                condition=~models.Q(text=""),
                violation_error_message=_("Ett mål måste ha en text."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
