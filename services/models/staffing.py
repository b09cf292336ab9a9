from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models.cost_object import CostObject
from services.models.person import Person
from vp_portal.core.fields import WHOLE, Dated, ShareField, no_overlap, not_empty_range
from vp_portal.core.history import history


class Assignment(Dated):
    """Bemanning: a person does a task for a cost object with a share of full time, from–to."""

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="assignments")
    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="assignments"
    )
    task = models.CharField(_("arbetsuppgift"), max_length=120)
    share = ShareField(_("andel i procent"))

    history = history()

    class Meta:
        verbose_name = _("bemanning")
        verbose_name_plural = _("bemanning")
        ordering = ["cost_object__code", "person__name", "valid"]
        constraints = [
            models.CheckConstraint(
                name="services_assignment_share_0_100",
                condition=models.Q(share__gt=0, share__lte=WHOLE),
                violation_error_message=_("Andelen ska vara större än 0 och högst 100 procent."),
            ),
            no_overlap(
                "services_assignment_once_a_day",
                "person",
                "cost_object",
                "task",
                message=_("Personen har redan den arbetsuppgiften de dagarna."),
            ),
            not_empty_range("services_assignment_valid_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.task}"
