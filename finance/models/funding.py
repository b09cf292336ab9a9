"""How cost objects and projects are funded: sources, the income that shows them, and dated shares that are whole."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.models.account import Account, AccountGroup
from finance.models.codes import LedgerProject
from services.models import CostObject
from vp_portal.core.fields import CodeField, Dated, ValidQuerySet, no_overlap, not_empty_range
from vp_portal.core.formatting import percent
from vp_portal.core.history import history

#: What the shares of a model add up to, any day that it holds.
WHOLE_MODEL = Decimal("100.00")


class FundingSource(models.Model):
    """Where money comes from. `is_unfunded`: what has none, named as such; it counts as a gap."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)
    is_unfunded = models.BooleanField(
        _("ofinansierad"), default=False, help_text=_("Andelen har ingen finansiering och räknas som gap.")
    )

    history = history()

    class Meta:
        verbose_name = _("finansieringskälla")
        verbose_name_plural = _("finansieringskällor")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class FundingIncome(models.Model):
    """What shows a source's income in the ledger: an account group, or a single account, which goes before its group.

    Each shows one source at most, so that no income is counted twice.
    """

    source = models.ForeignKey(
        FundingSource, verbose_name=_("finansieringskälla"), on_delete=models.CASCADE, related_name="incomes"
    )
    account_group = models.OneToOneField(
        AccountGroup,
        verbose_name=_("kontogrupp"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        error_messages={"unique": _("Kontogruppen visar redan en källas intäkter.")},
    )
    account = models.OneToOneField(
        Account,
        verbose_name=_("konto"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        error_messages={"unique": _("Kontot visar redan en källas intäkter.")},
    )

    history = history()

    class Meta:
        verbose_name = _("källans intäkter")
        verbose_name_plural = _("källans intäkter")
        ordering = ["source", "pk"]
        constraints = [
            models.CheckConstraint(
                name="finance_fundingincome_group_or_account",
                condition=models.Q(account_group__isnull=True) ^ models.Q(account__isnull=True),
                violation_error_message=_("Ange en kontogrupp eller ett konto, inte båda."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.account or self.account_group)


class FundingShareQuerySet(ValidQuerySet):
    def of(self, target: "CostObject | LedgerProject") -> Self:
        """The rows of one cost object or project, whatever the day."""
        if isinstance(target, LedgerProject):
            return self.filter(project=target.pk)
        return self.filter(cost_object=target.pk)


class FundingShare(Dated):
    """A source's part of the funding of a cost object or a project in the ledger, from–to, by a decision.

    The parts of a day are 100.00 per cent, or none: the database asks that of each cost object and project when a
    transaction ends (`finance_funding_is_whole`).
    """

    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    project = models.ForeignKey(
        LedgerProject,
        verbose_name=_("projekt i redovisningen"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    source = models.ForeignKey(
        FundingSource, verbose_name=_("finansieringskälla"), on_delete=models.PROTECT, related_name="shares"
    )
    share = models.DecimalField(_("andel i procent"), max_digits=5, decimal_places=2)
    registry_no = models.CharField(_("diarienummer"), max_length=80, help_text=_("Beslutet som modellen bygger på."))

    objects: ClassVar = FundingShareQuerySet.as_manager()
    history = history()

    #: What the database's own trigger says, as constraints say theirs.
    trigger_messages: ClassVar[dict[str, Any]] = {
        "finance_fundingshare_is_whole": _(
            "Andelarna ska bli 100,00 procent tillsammans, varje dag som modellen gäller."
        ),
    }

    class Meta:
        verbose_name = _("finansieringsandel")
        verbose_name_plural = _("finansieringsandelar")
        ordering = ["cost_object__code", "project__code", "valid", "source__position", "source__code"]
        constraints = [
            models.CheckConstraint(
                name="finance_fundingshare_object_or_project",
                condition=models.Q(cost_object__isnull=True) ^ models.Q(project__isnull=True),
                violation_error_message=_("Ange en kostnadsbärare eller ett projekt, inte båda."),
            ),
            models.CheckConstraint(
                name="finance_fundingshare_is_a_part",
                condition=models.Q(share__gt=0, share__lte=WHOLE_MODEL),
                violation_error_message=_("En andel är över 0 och högst 100 procent."),
            ),
            models.CheckConstraint(
                name="finance_fundingshare_registry_no_given",
                condition=~models.Q(registry_no=""),
                violation_error_message=_("Ange beslutets diarienummer."),
            ),
            models.CheckConstraint(
                name="finance_fundingshare_valid_begins",
                condition=models.Q(valid__lower_inf=False),
                violation_error_message=_("Ange från och med vilken dag det gäller."),
            ),
            not_empty_range("finance_fundingshare_valid_not_empty"),
            no_overlap(
                "finance_fundingshare_object_once_a_day",
                "cost_object",
                "source",
                message=_("Kostnadsbäraren har redan en andel från källan de dagarna."),
            ),
            no_overlap(
                "finance_fundingshare_project_once_a_day",
                "project",
                "source",
                message=_("Projektet har redan en andel från källan de dagarna."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.source} {percent(self.share, 2)}"

    @property
    def target(self) -> CostObject | LedgerProject | None:
        return self.cost_object or self.project


def problem_of_model(shares: "list[Decimal]") -> Any:
    """What is wrong with the shares of a day, in words; None when they can be used."""
    if not shares:
        return _("Ange minst en andel.")
    total = sum(shares, Decimal(0))
    if total != WHOLE_MODEL:
        words = _("Andelarna ska bli 100,00 procent tillsammans. De blir %(total)s.")
        return words % {"total": percent(total, 2)}
    return None
