"""Which units and cost objects a person has on a date."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from services.models import CostObject, OrgUnit, Person, Service
from vp_portal.core.access import rights_day, signed_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vp_portal.core.models import User


def person_of(user: "User | AnonymousUser") -> Person | None:
    """The person behind a login. One query a request."""
    if not signed_in(user):
        return None
    if not hasattr(user, "_person"):
        user._person = Person.objects.filter(user=user).first()  # type: ignore[attr-defined]  # lives with the request's user
    person: Person | None = user._person  # type: ignore[attr-defined]
    return person


def managed_units(user: "User | AnonymousUser", on: dt.date) -> "QuerySet[OrgUnit]":
    """The units that the user manages on a day, and all below them."""
    person = person_of(user)
    if person is None:
        return OrgUnit.objects.none()
    day = rights_day(user, on)
    return OrgUnit.objects.managed_by(person.pk, day).with_below(day)


def is_line_manager(user: "User | AnonymousUser", on: dt.date) -> bool:
    person = person_of(user)
    return person is not None and OrgUnit.objects.managed_by(person.pk, rights_day(user, on)).exists()


def owned_cost_objects(user: "User | AnonymousUser", on: dt.date) -> "QuerySet[CostObject]":
    """The cost objects that the user answers for on a day: as cost owner or as the one responsible,
    and the services of the areas among them."""
    person = person_of(user)
    if person is None:
        return CostObject.objects.none()
    own = CostObject.objects.filter(owner=person) | CostObject.objects.cost_owned_by(person.pk, rights_day(user, on))
    in_own_areas = Service.objects.filter(area__in=own.values("pk")).values("pk")
    return CostObject.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=in_own_areas))
