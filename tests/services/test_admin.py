import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from services.models import CostOwner, OrgUnit, Person, Service, UnitManager, UnitParent
from tests.core.registers import address, filled, form_errors
from tests.factories.core import AdminUserFactory
from tests.factories.services import (
    MembershipFactory,
    PersonFactory,
    ServiceAreaFactory,
    ServiceFactory,
    UnitFactory,
    UnitManagerFactory,
    UnitParentFactory,
)
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(AdminUserFactory(first_name="Ada", last_name="Berg"))
    return client


def post(browser, url, **changes):
    return browser.post(url, filled(browser, url, **changes))


def test_one_manager_ends_and_the_next_begins_in_the_same_go(browser):
    unit = UnitFactory(manager=PersonFactory())
    url = address(OrgUnit, "change", unit.pk)
    response = post(
        browser,
        url,
        **{
            "manager_rows-TOTAL_FORMS": 2,
            "manager_rows-0-valid_1": "2025-06-30",
            "manager_rows-1-unit": unit.pk,
            "manager_rows-1-person": PersonFactory().pk,
            "manager_rows-1-valid_0": "2025-07-01",
        },
    )
    assert response.status_code == 302
    assert [row.valid for row in unit.manager_rows.order_by("valid")] == [
        DateRange(dt.date(2020, 1, 1), dt.date(2025, 7, 1)),
        DateRange(dt.date(2025, 7, 1), None),
    ]


def test_a_boundary_between_two_managers_can_move_either_way(browser):
    unit = UnitFactory()
    UnitManagerFactory(unit=unit, valid=since(dt.date(2020, 1, 1), dt.date(2024, 12, 31)))
    UnitManagerFactory(unit=unit, valid=since(dt.date(2025, 1, 1)))
    url = address(OrgUnit, "change", unit.pk)
    for last, first in [("2025-03-31", "2025-04-01"), ("2024-03-31", "2024-04-01")]:
        response = post(browser, url, **{"manager_rows-0-valid_1": last, "manager_rows-1-valid_0": first})
        assert response.status_code == 302
        assert [str(row.valid.lower) for row in unit.manager_rows.order_by("valid")] == ["2020-01-01", first]


def test_two_managers_the_same_day_are_refused_at_the_date(browser):
    unit = UnitFactory(manager=PersonFactory())
    response = post(
        browser,
        address(OrgUnit, "change", unit.pk),
        **{
            "manager_rows-TOTAL_FORMS": 2,
            "manager_rows-1-unit": unit.pk,
            "manager_rows-1-person": PersonFactory().pk,
            "manager_rows-1-valid_0": "2025-07-01",
        },
    )
    assert form_errors(response) == {"valid": ["Enheten har redan en chef de dagarna."]}


def test_an_overlap_in_a_register_of_its_own_is_refused_at_the_date(browser):
    row = UnitManagerFactory()
    response = post(
        browser,
        address(UnitManager, "add"),
        unit=row.unit_id,
        person=PersonFactory().pk,
        valid_0="2024-01-01",
    )
    assert form_errors(response) == {"valid": ["Enheten har redan en chef de dagarna."]}


def test_a_circle_is_refused_at_the_unit_above(browser):
    top = UnitFactory(name="IT-avdelningen")
    below = UnitFactory(name="Drift", parent=top)
    response = post(browser, address(UnitParent, "add"), unit=top.pk, parent=below.pk, valid_0="2024-01-01")
    assert form_errors(response) == {"parent": ["Drift ligger under IT-avdelningen: det skulle bli en cirkel."]}


def test_a_move_is_a_new_dated_row(browser):
    old, new = UnitFactory(), UnitFactory()
    unit = UnitFactory(parent=old)
    response = post(
        browser,
        address(OrgUnit, "change", unit.pk),
        **{
            "parent_rows-TOTAL_FORMS": 2,
            "parent_rows-0-valid_1": "2025-06-30",
            "parent_rows-1-unit": unit.pk,
            "parent_rows-1-parent": new.pk,
            "parent_rows-1-valid_0": "2025-07-01",
        },
    )
    assert response.status_code == 302
    assert [row.parent for row in unit.parent_rows.order_by("valid")] == [old, new]


def test_a_service_gets_its_kind_from_its_register(browser):
    data = filled(browser, address(Service, "add"), code="MAIL", name="E-post", area=ServiceAreaFactory().pk)
    assert browser.post(address(Service, "add"), data).status_code == 302
    assert Service.objects.get().kind == "service"


def test_a_code_is_unique_among_all_kinds(browser):
    ServiceAreaFactory(code="MAIL")
    response = post(browser, address(Service, "add"), code="MAIL", name="E-post")
    assert list(form_errors(response)) == ["code"]


def test_a_cost_owner_is_given_on_the_service(browser):
    service, owner = ServiceFactory(), PersonFactory()
    response = post(
        browser,
        address(Service, "change", service.pk),
        **{
            "cost_owner_rows-TOTAL_FORMS": 1,
            "cost_owner_rows-0-cost_object": service.pk,
            "cost_owner_rows-0-person": owner.pk,
            "cost_owner_rows-0-valid_0": "2025-01-01",
        },
    )
    assert response.status_code == 302
    assert CostOwner.objects.get().person == owner


def test_a_person_with_work_cannot_be_deleted(browser):
    person = MembershipFactory().person
    page = browser.get(address(Person, "delete", person.pk)).content.decode()
    assert "skyddade" in page
    assert browser.post(address(Person, "delete", person.pk), {"post": "yes"}).status_code in (200, 403)
    assert Person.objects.filter(pk=person.pk).exists()


def test_history_says_who_when_and_what(browser):
    service = ServiceFactory(name="E-post", lifecycle="live", owner=PersonFactory(name="Eva Lind"))
    url = address(Service, "change", service.pk)
    post(browser, url, name="E-post och kalender", lifecycle="retiring", owner=PersonFactory(name="Bo Ek").pk)
    page = " ".join(browser.get(address(Service, "history", service.pk)).content.decode().split())
    assert "<td>Ada Berg</td> <td>Ändrad</td>" in page
    assert "<strong>Livscykel:</strong> <del>I drift</del>" in page
    assert "<ins>Avvecklas</ins>" in page
    assert "<del>Eva Lind</del>" in page
    assert "<ins>E-post och kalender</ins>" in page


def test_history_tells_of_links_and_dates(browser):
    from tests.factories.services import MaintenanceObjectFactory

    service = ServiceFactory(valid=since(dt.date(2024, 1, 1)))
    service.maintenance_objects.set([MaintenanceObjectFactory(name="Kommunikation")])
    service.valid = since(dt.date(2024, 1, 1), dt.date(2025, 12, 31))
    service.save()
    page = browser.get(address(Service, "history", service.pk)).content.decode()
    assert "<ins>Kommunikation</ins>" in page
    assert "<del>2024-01-01 –</del>" in page
    assert "<ins>2024-01-01 – 2025-12-31</ins>" in page


def test_an_older_state_can_be_brought_back_as_a_new_change(browser):
    service = ServiceFactory(name="E-post")
    service.name = "Kalender"
    service.save()
    url = address(Service, "simple_history", service.pk, service.history.last().pk)
    assert browser.post(url, filled(browser, url)).status_code == 302
    service.refresh_from_db()
    assert service.name == "E-post"
    assert service.history.count() == 3


def test_lists_are_filtered_by_what_holds_today(browser, today):
    UnitManagerFactory(valid=since(dt.date(2020, 1, 1), dt.date(2024, 12, 31)))
    UnitManagerFactory(valid=since(dt.date(2025, 1, 1)))
    UnitManagerFactory(valid=since(dt.date(2026, 1, 1)))
    for key, year in [("past", 2020), ("now", 2025), ("future", 2026)]:
        rows = browser.get(address(UnitManager, "changelist"), {"valid": key}).context["cl"].result_list
        assert [row.valid.lower.year for row in rows] == [year]


def test_a_list_shows_who_holds_a_role_today(browser, today):
    UnitFactory(manager=PersonFactory(name="Eva Lind"))
    UnitParentFactory()
    assert "Eva Lind" in browser.get(address(OrgUnit, "changelist")).content.decode()
