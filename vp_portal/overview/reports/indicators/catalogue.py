"""Measures of the catalogue: what is active has its place, and somebody who answers for it."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.choices import Direction
from goals.computed import Definition, Failing, FailingRow, Outcome, ratio, register
from services.choices import CostObjectKind
from services.models import MaintenanceObject, Service, ServiceArea
from vp_portal.core.models import User
from vp_portal.overview.admin_links import add, change

#: The kinds of cost object that have a model of their own, by what the admin calls them.
_MODELS = {
    CostObjectKind.AREA.value: "servicearea",
    CostObjectKind.SERVICE.value: "service",
    CostObjectKind.MAINTENANCE_OBJECT.value: "maintenanceobject",
}


def _services(on: dt.date) -> list[Any]:
    """The active services, each with whether it is linked to an FO. One query."""
    linked = Service.maintenance_objects.through.objects.filter(service=OuterRef("pk"))
    return list(Service.objects.active(on).annotate(has_object=Exists(linked)).order_by("code"))


def _lacks_structure(service: Any) -> list[str]:
    wanted = [
        (_("tjänsteområde"), service.area_id),
        (_("ansvarig"), service.owner_id),
        (_("förvaltningsobjekt"), service.has_object),
    ]
    return [name for name, found in wanted if not found]


def structure(on: dt.date) -> Outcome:
    services = _services(on)
    return ratio(sum(not _lacks_structure(each) for each in services), len(services))


def structure_failing(on: dt.date, user: User) -> Failing:
    return Failing(tuple(_row(each, lacks, user) for each in _services(on) if (lacks := _lacks_structure(each))))


def _answered_for(on: dt.date) -> list[Any]:
    """The active areas, services and FO with their cost owner. Three queries."""
    return [
        each
        for model in (ServiceArea, Service, MaintenanceObject)
        for each in model.objects.active(on).with_cost_owner(on).order_by("code")
    ]


def _lacks_economy(item: Any) -> list[str]:
    lacks = [] if item.cost_owner_id else [_("kostnadsägare")]
    if item.kind == CostObjectKind.MAINTENANCE_OBJECT and not item.sub_portfolio_id:
        lacks.append(_("delportfölj"))
    return lacks


def economy(on: dt.date) -> Outcome:
    found = _answered_for(on)
    return ratio(sum(not _lacks_economy(each) for each in found), len(found))


def economy_failing(on: dt.date, user: User) -> Failing:
    rows = []
    for each in _answered_for(on):
        if lacks := _lacks_economy(each):
            owner = "" if each.cost_owner_id else add(user, "services", "costowner", f"?cost_object={each.pk}")
            rows.append(_row(each, lacks, user, owner))
    return Failing(tuple(rows))


def _row(item: Any, lacks: list[str], user: User, repair: str = "") -> FailingRow:
    """The catalogue is open: everybody sees what is missing, the link to the form is for who may change it."""
    return FailingRow(
        what=f"{item.code} {item.name}",
        why=_("Saknar %(what)s") % {"what": ", ".join(lacks)},
        url=reverse("overview:cost_object", args=[item.code]),
        repair=repair or change(user, "services", _MODELS[item.kind], item.pk),
        repair_words=_("Rätta"),
    )


def register_definitions() -> None:
    register(
        Definition(
            code="I05",
            name=gettext_lazy("Hel struktur"),
            unit="%",
            direction=Direction.UP,
            text=gettext_lazy(
                "Aktiva tjänster som har ett tjänsteområde, en ansvarig och minst ett förvaltningsobjekt, av alla "
                "aktiva tjänster. Aktiv är den som gäller den dagen och införs eller är i drift."
            ),
            compute=structure,
            failing=structure_failing,
        ),
        Definition(
            code="I12",
            name=gettext_lazy("Ekonomiansvar"),
            unit="%",
            direction=Direction.UP,
            text=gettext_lazy(
                "Aktiva tjänsteområden, tjänster och förvaltningsobjekt som har en kostnadsägare den dagen, och för "
                "förvaltningsobjekt även en delportfölj, av alla aktiva."
            ),
            compute=economy,
            failing=economy_failing,
        ),
    )
