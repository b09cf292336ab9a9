"""Codes and names are facts for everyone who is signed in; what they have cost is not (decision 0018).

A filter for another's code shows the code's name, and the same page to the letter as for a code that nothing was ever
booked on.
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import finance, services
from tests.project.rights_world import NAME, OTHER, World

FILTERS = {"unit": "unit", "cost_centre": "centre", "cost_object": "service"}


@pytest.fixture
def world(db, today):
    return World()


@pytest.fixture
def empty(world):
    """The same kinds of things as someone else's, with nothing booked on them."""
    unit = services.UnitFactory(name="Tomenheten", parent=world.things[OTHER]["unit"].parent_rows.get().parent)
    return {
        "unit": unit,
        "centre": finance.CostCentreFactory(name="Tomstället", unit=unit),
        "service": services.ServiceFactory(name="Tomtjänsten"),
    }


def page(world, asker, address, name, thing):
    """What is answered, without the thing's own name and code and what is drawn anew for each answer."""
    client = Client()
    client.force_login(world.users[asker])
    response = client.get(reverse(address), {name: thing.code})
    assert response.status_code == 200
    assert "Bara den kostnad som du får se ingår" in response.content.decode()
    body = re.sub(r'(csrfmiddlewaretoken" value="|name="request-id" content=")[^"]*', "", response.content.decode())
    body = re.sub(r'<option value="[^"]*"( selected)?>[^<]*</option>', "", body)
    body = re.sub(r"\s+", " ", body)
    return body.replace(thing.name, "NAMN").replace(thing.code, "KOD")


@pytest.mark.parametrize("asker", ["line_manager", "cost_owner"])
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("address", ["finance:economy", "finance:postings"])
def test_a_filter_for_anothers_code_tells_its_name_and_nothing_of_what_is_booked(world, empty, address, name, asker):
    thing = FILTERS[name]
    theirs = page(world, asker, address, name, world.things[OTHER][thing])
    assert theirs == page(world, asker, address, name, empty[thing])


def test_the_names_that_a_filter_tells_are_on_pages_that_everyone_may_open(world):
    client = Client()
    client.force_login(world.users["reader"])
    things = world.things[OTHER]
    unit = client.get(reverse("overview:unit", args=[things["unit"].code])).content.decode()
    service = client.get(reverse("overview:cost_object", args=[things["service"].code])).content.decode()
    assert f"{NAME[OTHER]}enheten" in unit
    assert f"{NAME[OTHER]}stället" in unit
    assert f"{NAME[OTHER]}tjänsten" in service
