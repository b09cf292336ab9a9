import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.choices import ExportFormat, ExportState
from goals.models.decided import DecidedPlan
from goals.models.plan import Plan


class PlanExport(models.Model):
    """A file of the plan that the background worker makes for somebody. `decided` is empty for the plan as it is now.

    The file lies in the export folder under the row's key, for a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="+")
    decided = models.ForeignKey(
        DecidedPlan, verbose_name=_("version"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    format = models.CharField(_("format"), max_length=5, choices=ExportFormat)
    state = models.CharField(_("läge"), max_length=8, choices=ExportState, default=ExportState.WORKING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("begärd av"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("begärd"))
    job_id = models.BigIntegerField(_("jobb"), null=True, blank=True)

    class Meta:
        verbose_name = _("export av planen")
        verbose_name_plural = _("exporter av planen")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="goals_planexport_state_known",
                condition=models.Q(state__in=ExportState.values),
                violation_error_message=_("Okänt läge."),
            ),
            models.CheckConstraint(
                name="goals_planexport_format_known",
                condition=models.Q(format__in=ExportFormat.values),
                violation_error_message=_("Okänt format."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} ({self.get_format_display()})"
