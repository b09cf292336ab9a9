"""The catalogue. Dated rows that a factory adds along the way hold from `START`, without an end."""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from services import models
from vp_portal.core.periods import since

START = dt.date(2020, 1, 1)


def from_start() -> Any:
    return since(START)


class UnitFactory(DjangoModelFactory):
    """`parent=unit` and `manager=person` add their dated rows."""

    class Meta:
        model = models.OrgUnit
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"E{n:03}")
    name = factory.Sequence(lambda n: f"Enhet {n}")
    valid = factory.LazyFunction(from_start)

    @factory.post_generation
    def parent(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            UnitParentFactory(unit=self, parent=value)

    @factory.post_generation
    def manager(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            UnitManagerFactory(unit=self, person=value)


class PersonFactory(DjangoModelFactory):
    """`unit=unit` adds the membership; `user=` is the login, none by default."""

    class Meta:
        model = models.Person
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"per{n:03}")
    name = factory.Sequence(lambda n: f"Åsa Person {n:03}")
    title = "Systemutvecklare"
    email = factory.LazyAttribute(lambda person: f"{person.code}@exempel.se")

    @factory.post_generation
    def unit(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            MembershipFactory(person=self, unit=value)


class UnitParentFactory(DjangoModelFactory):
    class Meta:
        model = models.UnitParent

    unit = factory.SubFactory(UnitFactory)
    parent = factory.SubFactory(UnitFactory)
    valid = factory.LazyFunction(from_start)


class UnitManagerFactory(DjangoModelFactory):
    class Meta:
        model = models.UnitManager

    unit = factory.SubFactory(UnitFactory)
    person = factory.SubFactory(PersonFactory)
    valid = factory.LazyFunction(from_start)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = models.UnitMembership

    person = factory.SubFactory(PersonFactory)
    unit = factory.SubFactory(UnitFactory)
    valid = factory.LazyFunction(from_start)


class SubPortfolioFactory(DjangoModelFactory):
    class Meta:
        model = models.SubPortfolio

    code = factory.Sequence(lambda n: f"DP{n}")
    name = factory.Sequence(lambda n: f"Delportfölj {n}")


class _CostObjectFactory(DjangoModelFactory):
    """`owner=` is the one responsible; `cost_owner=person` adds the dated row of who answers for the cost."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @factory.post_generation
    def cost_owner(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            CostOwnerFactory(cost_object=models.CostObject.objects.get(pk=self.pk), person=value)


class ServiceAreaFactory(_CostObjectFactory):
    class Meta:
        model = models.ServiceArea

    code = factory.Sequence(lambda n: f"TO{n:02}")
    name = factory.Sequence(lambda n: f"Tjänsteområde {n}")


class ServiceFactory(_CostObjectFactory):
    """`maintenance_objects=[…]` links them."""

    class Meta:
        model = models.Service
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"T{n:03}")
    name = factory.Sequence(lambda n: f"Tjänst {n}")

    @factory.post_generation
    def maintenance_objects(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        if value:
            self.maintenance_objects.set(value)


class MaintenanceObjectFactory(_CostObjectFactory):
    class Meta:
        model = models.MaintenanceObject

    code = factory.Sequence(lambda n: f"FO{n:02}")
    name = factory.Sequence(lambda n: f"Förvaltningsobjekt {n}")


class OverheadFactory(_CostObjectFactory):
    class Meta:
        model = models.OverheadObject

    code = factory.Sequence(lambda n: f"OH{n:02}")
    name = factory.Sequence(lambda n: f"Gemensam kostnad {n}")


class CostOwnerFactory(DjangoModelFactory):
    class Meta:
        model = models.CostOwner

    cost_object = factory.LazyFunction(lambda: models.CostObject.objects.get(pk=ServiceFactory().pk))
    person = factory.SubFactory(PersonFactory)
    valid = factory.LazyFunction(from_start)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = models.Assignment

    person = factory.SubFactory(PersonFactory)
    cost_object = factory.LazyFunction(lambda: models.CostObject.objects.get(pk=ServiceFactory().pk))
    task = "Utveckling"
    share = Decimal(50)
    valid = factory.LazyFunction(from_start)
