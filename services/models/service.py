from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.choices import CostObjectKind
from services.models.cost_object import CostObject, CostObjectQuerySet
from services.models.maintenance_object import MaintenanceObject
from vp_portal.core.history import history


class ServiceArea(CostObject):
    """A group of services with one responsible person (ITIL 4: service group)."""

    KIND = CostObjectKind.AREA.value

    cost_object = models.OneToOneField(
        CostObject, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )

    objects: ClassVar = CostObjectQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("tjänsteområde")
        verbose_name_plural = _("tjänsteområden")


class Service(CostObject):
    """What a user group gets value from (ITIL 4 service, TBM solution)."""

    KIND = CostObjectKind.SERVICE.value

    cost_object = models.OneToOneField(
        CostObject, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )
    area = models.ForeignKey(
        ServiceArea,
        verbose_name=_("tjänsteområde"),
        on_delete=models.PROTECT,
        related_name="services",
        null=True,
        blank=True,
    )
    users = models.CharField(_("för vem"), max_length=200, blank=True)
    maintenance_objects = models.ManyToManyField(
        MaintenanceObject, verbose_name=_("förvaltningsobjekt"), related_name="services", blank=True
    )

    objects: ClassVar = CostObjectQuerySet.as_manager()
    #: Whoever is responsible for the area is so for its services.
    fields_with_rights = ("owner_id", "area_id")
    history = history(m2m_fields=[maintenance_objects])

    class Meta:
        verbose_name = _("tjänst")
        verbose_name_plural = _("tjänster")
