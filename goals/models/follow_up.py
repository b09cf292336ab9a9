import datetime as dt
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.choices import RollUpMethod
from goals.models.plan import Plan
from goals.occasions import Occasion
from vp_portal.core import working_days
from vp_portal.core.history import history
from vp_portal.core.periods import Period


def _days(label: Any, default: int, text: Any = "") -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(90)], help_text=text)


def _percent(label: Any, default: int, text: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(100)], help_text=text)


class FollowUpRules(models.Model):
    """How a plan is followed up: deadlines, reminders, health. A plan without a row has the defaults."""

    plan = models.OneToOneField(
        Plan, verbose_name=_("plan"), on_delete=models.CASCADE, related_name="follow_up", primary_key=True
    )
    deadline_days = _days(
        _("dagar efter tertialen"),
        15,
        _("Sista dag för avstämningen. Infaller den på en ledig dag gäller nästa arbetsdag."),
    )
    month_deadline_days = _days(_("dagar efter månaden"), 10, _("För resultat som följs upp varje månad."))
    opens_days = _days(_("öppnar dagar före slutet"), 14, _("Så tidigt kan tertialens avstämning göras."))
    remind_days_before = _days(_("påminn dagar före sista dagen"), 5)
    manager_after = _days(_("till chefen efter arbetsdagar"), 5, _("Räknat från sista dagen."))
    next_manager_after = _days(_("till nästa chef efter arbetsdagar"), 5, _("Räknat från att chefen fick veta."))
    on_plan_from = _percent(_("på plan från"), 95, _("Procent av det väntade framsteget."))
    watch_from = _percent(_("bevakas från"), 85, _("Procent av det väntade framsteget. Under det: risk."))
    import_days = _days(
        _("dagar till månadens bokslut"),
        15,
        _("Så många dagar efter månaden ska dess ekonomi vara inläst. Sedan räknas den som sen."),
    )
    roll_up = models.CharField(
        _("sammanvägning i hela planen"), max_length=10, choices=RollUpMethod, default=RollUpMethod.MEAN
    )

    history = history()

    class Meta:
        verbose_name = _("regler för uppföljning")
        verbose_name_plural = _("regler för uppföljning")
        ordering = ["plan"]
        constraints = [
            models.CheckConstraint(
                name="goals_followuprules_limits_in_order",
                condition=models.Q(watch_from__lte=models.F("on_plan_from")),
                violation_error_message=_("Gränsen för bevakas kan inte ligga över den för på plan."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.plan)

    @classmethod
    def of(cls, plan: Plan) -> "FollowUpRules":
        """Those of a plan, or the defaults. No query where the plan was loaded with `follow_up`."""
        found: FollowUpRules | None = getattr(plan, "follow_up", None)
        if found is None:
            found = plan.__dict__.get("_default_rules") or plan.__dict__.setdefault("_default_rules", cls(plan=plan))
        return found

    def opens(self, occasion: Occasion) -> dt.date:
        """The first day that its check-in is asked for. A month is reported when it is over."""
        return occasion.last_day + dt.timedelta(days=1 if occasion.month else 1 - self.opens_days)

    def deadline(self, occasion: Occasion) -> dt.date:
        days = self.month_deadline_days if occasion.month else self.deadline_days
        return working_days.on_or_after(occasion.last_day + dt.timedelta(days=days))

    def import_deadline(self, month: Period) -> dt.date:
        """The last day that a month's ledger may be read in without being late."""
        return working_days.on_or_after(month.last_day + dt.timedelta(days=self.import_days))

    def reminds(self, occasion: Occasion) -> dt.date:
        return self.deadline(occasion) - dt.timedelta(days=self.remind_days_before)

    def tells_manager(self, occasion: Occasion) -> dt.date:
        return working_days.shift(self.deadline(occasion), self.manager_after)

    def tells_next_manager(self, occasion: Occasion) -> dt.date:
        return working_days.shift(self.tells_manager(occasion), self.next_manager_after)
