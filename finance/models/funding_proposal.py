"""How somebody who answers for a cost object wants it funded, until a controller has decided."""

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finance.choices import ProposalState
from finance.models.funding import WHOLE_MODEL, FundingSource
from services.models import CostObject
from vp_portal.core.history import history


class FundingProposalQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state=ProposalState.WAITING)


class FundingProposal(models.Model):
    """A model that is proposed from a day on. Only one waits for each cost object; what is decided is kept."""

    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+"
    )
    first = models.DateField(_("gäller från och med"))
    last = models.DateField(_("till och med"), null=True, blank=True)
    registry_no = models.CharField(_("diarienummer"), max_length=80, blank=True)
    reason = models.CharField(_("skäl"), max_length=500)
    state = models.CharField(_("läge"), max_length=10, choices=ProposalState, default=ProposalState.WAITING)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("föreslagen av"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("föreslagen"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("svar av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    answered_at = models.DateTimeField(_("svar"), null=True, blank=True)
    answer = models.CharField(_("kommentar"), max_length=500, blank=True)

    objects = FundingProposalQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("föreslagen finansiering")
        verbose_name_plural = _("föreslagna finansieringar")
        ordering = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="finance_fundingproposal_one_waits",
                fields=["cost_object"],
                condition=Q(state=ProposalState.WAITING),
                violation_error_message=_("Ett förslag väntar redan på svar. Ta tillbaka det först."),
            ),
            models.CheckConstraint(
                name="finance_fundingproposal_answered_once",
                condition=Q(state=ProposalState.WAITING, answered_at__isnull=True)
                | Q(state__in=ProposalState.answers(), answered_at__isnull=False),
                violation_error_message=_("Ett förslag som väntar har inget svar, ett besvarat har det."),
            ),
            models.CheckConstraint(
                name="finance_fundingproposal_days_in_order",
                condition=Q(last__isnull=True) | Q(last__gte=models.F("first")),
                violation_error_message=_("Slutet får inte ligga före starten."),
            ),
            models.CheckConstraint(
                name="finance_fundingproposal_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Skriv varför."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_object}: {self.get_state_display()}"

    @property
    def is_waiting(self) -> bool:
        return self.state == ProposalState.WAITING


class FundingProposalShare(models.Model):
    """A source's part of a proposed model. It never changes: another proposal is made."""

    proposal = models.ForeignKey(
        FundingProposal, verbose_name=_("förslag"), on_delete=models.CASCADE, related_name="shares"
    )
    source = models.ForeignKey(
        FundingSource, verbose_name=_("finansieringskälla"), on_delete=models.PROTECT, related_name="+"
    )
    share = models.DecimalField(_("andel i procent"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("föreslagen andel")
        verbose_name_plural = _("föreslagna andelar")
        ordering = ["source__position", "source__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="finance_fundingproposalshare_source_once",
                fields=["proposal", "source"],
                violation_error_message=_("Källan har redan en andel i förslaget."),
            ),
            models.CheckConstraint(
                name="finance_fundingproposalshare_is_a_part",
                condition=Q(share__gt=Decimal(0), share__lte=WHOLE_MODEL),
                violation_error_message=_("En andel är över 0 och högst 100 procent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.share}"
