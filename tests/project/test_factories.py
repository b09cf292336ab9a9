"""Each factory makes a row that the models' own checks accept."""

import pytest
from django.db import connection
from factory.django import DjangoModelFactory

from tests.factories import core, finance, goals, services

FACTORIES = [
    value
    for module in (core, services, goals, finance)
    for value in vars(module).values()
    if isinstance(value, type)
    and issubclass(value, DjangoModelFactory)
    and not value._meta.abstract
    and value.__module__ == module.__name__
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_makes_a_valid_row(factory):
    row = factory()
    row.full_clean(exclude=[field.name for field in row._meta.fields if field.null])
    connection.check_constraints()


@pytest.mark.django_db
def test_dated_rows_come_along():
    chief = services.PersonFactory()
    top = services.UnitFactory()
    unit = services.UnitFactory(parent=top, manager=chief)
    assert unit.parent_rows.get().parent == top
    assert unit.manager_rows.get().person == chief
    assert services.ServiceFactory(cost_owner=chief).cost_owner_rows.get().person == chief
    assert finance.CostCentreFactory(unit=unit).unit_rows.get().unit == unit


@pytest.mark.django_db
def test_results_get_the_next_number():
    first = goals.ExpectedResultFactory(focus_area__number="3.1")
    assert goals.ExpectedResultFactory(focus_area=first.focus_area).number == "3.1.2"
    assert goals.ExpectedResultFactory(parent=first).number == "3.1.1.1"
