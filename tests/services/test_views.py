"""The catalogue's page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.services import MaintenanceObjectFactory, PersonFactory, ServiceAreaFactory, ServiceFactory
from vp_portal.core.access import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def text(client):
    def text(query: str = "", user=None) -> str:
        client.force_login(user or UserFactory(role=Role.READER))
        response = client.get(reverse("services:catalogue") + query)
        assert response.status_code == 200
        return " ".join(response.content.decode("utf-8-sig").replace("\u00a0", " ").split())

    return text


@pytest.fixture
def wifi():
    area = ServiceAreaFactory(code="NAT", name="Nät")
    return ServiceFactory(
        code="WIFI", name="Trådlöst nät", area=area, owner=PersonFactory(code="anna", name="Anna Nät")
    )


def test_a_reader_sees_who_owns_what(text, wifi):
    shown = text()
    assert "Trådlöst nät" in shown
    assert "Anna Nät" in shown
    assert reverse("overview:cost_object", args=["WIFI"]) in shown


def test_a_missing_cost_owner_is_said_in_its_place_and_can_be_put_right_by_some(text, wifi):
    add = f"{reverse('admin:services_costowner_add')}?cost_object={wifi.pk}"
    assert "Ingen kostnadsägare" in text()
    assert add not in text()
    assert add in text(user=AdminUserFactory())


def test_the_filter_stays_in_the_address_of_tabs_and_exports(text, wifi):
    shown = text("?q=nät&owner=anna")
    assert "?q=n%C3%A4t&amp;owner=anna&amp;kind=service" in shown
    assert "owner=anna&amp;format=csv" in shown


def test_the_filter_leaves_what_fits(text, wifi):
    MaintenanceObjectFactory(name="Lönesystem")
    shown = text("?owner=anna")
    assert "Trådlöst nät" in shown
    assert "Lönesystem" not in shown


def test_nothing_found_says_how_to_see_more(text, wifi):
    assert "Inget stämmer med filtret" in text("?q=finns-inte")


def test_an_empty_catalogue_is_explained(text):
    assert "Katalogen är tom" in text()


@pytest.mark.parametrize("query", ["?lifecycle=x", "?owner=%00", "?kind=sak", "?area=' or 1=1", "?q=" + "a" * 500])
def test_a_value_that_is_no_choice_is_left_out(text, wifi, query):
    assert "Trådlöst nät" in text(query)


def test_the_export_holds_what_the_page_shows(text, wifi):
    ServiceFactory(name="Något annat")
    exported = text("?owner=anna&format=csv")
    assert "Trådlöst nät;Nät" in exported
    assert "Något annat" not in exported


def test_an_unknown_format_is_refused(client, wifi):
    client.force_login(UserFactory())
    assert client.get(reverse("services:catalogue"), {"format": "exe"}).status_code in {400, 404}


def test_the_number_of_queries_does_not_follow_the_number_of_rows(client, wifi):
    client.force_login(UserFactory())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("services:catalogue"))
        return len(captured)

    few = queries()
    ServiceFactory.create_batch(29, area=wifi.area, owner=PersonFactory(), cost_owner=PersonFactory())
    assert queries() == few < 30
