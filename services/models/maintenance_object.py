from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.choices import CostObjectKind
from services.models.cost_object import CostObject, CostObjectQuerySet
from services.models.person import Person
from vp_portal.core.fields import CodeField
from vp_portal.core.history import history


class SubPortfolio(models.Model):
    """A part of the portfolio by business area (delportfölj, DP), such as F and A."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    owner = models.ForeignKey(
        Person,
        verbose_name=_("ansvarig"),
        on_delete=models.PROTECT,
        related_name="sub_portfolios",
        null=True,
        blank=True,
    )

    history = history()

    class Meta:
        verbose_name = _("delportfölj")
        verbose_name_plural = _("delportföljer")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MaintenanceObject(CostObject):
    """Förvaltningsobjekt (FO), pm3: bundles business and IT components under shared responsibility."""

    KIND = CostObjectKind.MAINTENANCE_OBJECT.value

    cost_object = models.OneToOneField(
        CostObject, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )
    sub_portfolio = models.ForeignKey(
        SubPortfolio,
        verbose_name=_("delportfölj"),
        on_delete=models.PROTECT,
        related_name="maintenance_objects",
        null=True,
        blank=True,
    )

    objects: ClassVar = CostObjectQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("förvaltningsobjekt")
        verbose_name_plural = _("förvaltningsobjekt")
