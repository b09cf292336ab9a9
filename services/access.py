"""Which units and cost objects a person has on a date."""

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from services.models import CostObject, OrgUnit, Person, Service
from services.models.unit import ids_below
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
    roots = _roots(user, on)
    below = ids_below(roots, rights_day(user, on)) if roots else ()
    return OrgUnit.objects.filter(pk__in=below)


def is_line_manager(user: "User | AnonymousUser", on: dt.date) -> bool:
    return bool(_roots(user, on))


def _roots(user: "User | AnonymousUser", on: dt.date) -> list[int]:
    """The units whose manager the user is, without those below them. One query a request and day."""
    person = person_of(user)
    if person is None:
        return []
    day = rights_day(user, on)
    known: dict[dt.date, list[int]] = user.__dict__.setdefault("_managed", {})  # lives with the request's user
    if day not in known:
        known[day] = list(OrgUnit.objects.managed_by(person.pk, day).values_list("pk", flat=True))
    return known[day]


def owned_cost_objects(user: "User | AnonymousUser", on: dt.date) -> "QuerySet[CostObject]":
    """The cost objects that the user answers for on a day: as cost owner or as the one responsible,
    and the services of the areas among them."""
    person = person_of(user)
    if person is None:
        return CostObject.objects.none()
    own = CostObject.objects.filter(owner=person) | CostObject.objects.cost_owned_by(person.pk, rights_day(user, on))
    in_own_areas = Service.objects.filter(area__in=own.values("pk")).values("pk")
    return CostObject.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=in_own_areas))
