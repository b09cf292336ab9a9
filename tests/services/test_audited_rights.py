"""Whatever decides what somebody sees or may do is recorded when it changes: managers, owners, logins, the tree."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from services.linking import link_person
from services.models import CostOwner, UnitManager, UnitParent
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.services import PersonFactory, ServiceAreaFactory, ServiceFactory, UnitFactory
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.core.signin.identity import Identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def new():
    """What has been recorded about rights since the test began."""
    first = []

    def entries():
        found = AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED).order_by("pk")
        return [(e.target_model, e.detail["what"], e.detail["fields"]) for e in found[first[0] :]]

    def begin():
        first[:] = [AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED).count()]
        return entries

    return begin


def test_a_manager_who_comes_changes_and_goes_is_recorded(new):
    unit = UnitFactory(manager=PersonFactory())
    row = unit.manager_rows.get()
    entries = new()
    row.person = PersonFactory()
    row.save()
    row.valid = DateRange(row.valid.lower, None)
    row.save()
    row.delete()
    changes = [("services.UnitManager", "changed", ["linjechef"]), ("services.UnitManager", "removed", [])]
    assert entries() == changes


def test_a_new_manager_and_a_new_cost_owner_are_recorded(new):
    person, unit, service = PersonFactory(), UnitFactory(), ServiceFactory()
    entries = new()
    valid = DateRange(unit.valid.lower, None)
    UnitManager.objects.create(unit=unit, person=person, valid=valid)
    CostOwner.objects.create(cost_object=service, person=person, valid=valid)
    assert entries() == [("services.UnitManager", "added", []), ("services.CostOwner", "added", [])]


def test_a_new_responsible_and_another_area_are_recorded(new):
    service, area = ServiceFactory(owner=None, area=None), ServiceAreaFactory(owner=None)
    entries = new()
    service.owner = PersonFactory()
    service.save()
    service.area = area
    service.save()
    service.name = "Ett annat namn"
    service.save()
    area.owner = service.owner
    area.save()
    assert entries() == [
        ("services.Service", "changed", ["ansvarig"]),
        ("services.Service", "changed", ["tjänsteområde"]),
        ("services.ServiceArea", "changed", ["ansvarig"]),
    ]


def test_a_unit_that_moves_is_recorded(new):
    unit, other = UnitFactory(), UnitFactory()
    entries = new()
    UnitParent.objects.create(unit=unit, parent=other, valid=DateRange(unit.valid.lower, None))
    assert entries() == [("services.UnitParent", "added", [])]


def test_a_persons_login_is_recorded_and_the_rest_of_the_person_is_not(new):
    person = PersonFactory(user=None)
    entries = new()
    person.title = "Chef"
    person.save()
    assert entries() == []
    link_person(UserFactory(), Identity(subject="x", person_code=person.code))
    assert entries() == [("services.Person", "changed", ["konto"])]


def test_the_register_tells_who_did_it_and_from_where(client):
    boss = AdminUserFactory()
    person = PersonFactory(user=None)
    client.force_login(boss)
    url = address(type(person), "change", person.pk)
    client.post(url, filled(client, url, user=UserFactory().pk))
    entry = AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED).latest("pk")
    assert (entry.user_id, entry.target_id, entry.address) == (boss.pk, str(person.pk), "127.0.0.1")
