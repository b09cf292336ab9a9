import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models import OrgUnit
from vp_portal.core.fields import CodeField, Dated, no_overlap, not_empty_range
from vp_portal.core.history import history


class LedgerCode(models.Model):
    """A part of the code string: text with leading zeros and letters, never a number."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class CostCentreQuerySet(models.QuerySet):
    def of_units(self, units: "models.QuerySet[OrgUnit]", on: dt.date) -> Self:
        """The cost centres that belong to the units on a day."""
        links = CostCentreUnit.objects.on(on).filter(cost_centre=models.OuterRef("pk"), unit__in=units.values("pk"))
        return self.filter(models.Exists(links))

    def with_unit(self, on: dt.date) -> Self:
        """Annotates `unit_id` and `unit_name` as of a day."""
        link = CostCentreUnit.objects.on(on).filter(cost_centre=models.OuterRef("pk")).order_by()
        return self.annotate(
            unit_id=models.Subquery(link.values("unit_id")[:1]),
            unit_name=models.Subquery(link.values("unit__name")[:1]),
        )


class CostCentre(LedgerCode):
    """Kostnadsställe (kst)."""

    objects = CostCentreQuerySet.as_manager()
    history = history()

    class Meta(LedgerCode.Meta):
        verbose_name = _("kostnadsställe")
        verbose_name_plural = _("kostnadsställen")


class CostCentreUnit(Dated):
    """Which unit a cost centre belongs to, from–to."""

    cost_centre = models.ForeignKey(
        CostCentre, verbose_name=_("kostnadsställe"), on_delete=models.PROTECT, related_name="unit_rows"
    )
    unit = models.ForeignKey(OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="+")

    #: The unit's manager sees the rows of the cost centre.
    fields_with_rights = ("cost_centre_id", "unit_id", "valid")
    history = history()

    class Meta:
        verbose_name = _("kostnadsställets enhet")
        verbose_name_plural = _("kostnadsställenas enheter")
        ordering = ["cost_centre__code", "valid"]
        constraints = [
            no_overlap(
                "finance_costcentreunit_one_unit_a_day",
                "cost_centre",
                message=_("Kostnadsstället har redan en enhet de dagarna."),
            ),
            not_empty_range("finance_costcentreunit_valid_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.cost_centre} ({self.unit})"


class LedgerProject(LedgerCode):
    """Projekt i redovisningen. Not an initiative."""

    history = history()

    class Meta(LedgerCode.Meta):
        verbose_name = _("projekt i redovisningen")
        verbose_name_plural = _("projekt i redovisningen")


class ActivityCode(LedgerCode):
    """Verksamhet (vht)."""

    history = history()

    class Meta(LedgerCode.Meta):
        verbose_name = _("verksamhet")
        verbose_name_plural = _("verksamheter")


class Funder(LedgerCode):
    """Finansiär."""

    history = history()

    class Meta(LedgerCode.Meta):
        verbose_name = _("finansiär")
        verbose_name_plural = _("finansiärer")


class Counterparty(LedgerCode):
    """Motpart. Kept on the posting, outside the code string: it would multiply the ledger cells."""

    history = history()

    class Meta(LedgerCode.Meta):
        verbose_name = _("motpart")
        verbose_name_plural = _("motparter")
