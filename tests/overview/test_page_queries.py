"""Every page with the demo department: under thirty queries, and no more when there is twice as much of everything."""

import datetime as dt
import uuid

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from finance.choices import WhenBooked
from goals.models import CheckIn, ExpectedResult
from services.models import Assignment, CostOwner, MaintenanceObject, Person, Service, ServiceArea, UnitMembership
from tests.conftest import TODAY
from tests.pages import PAGES
from vp_portal.core.models import User
from vp_portal.core.periods import since
from vp_portal.overview.demo import booking
from vp_portal.overview.demo.calendar import Calendar

MOST = 30


def queries_per_page() -> dict[tuple[str, str], int]:
    counts = {}
    for username, path in PAGES:
        client = Client()
        client.force_login(User.objects.get(username=username))
        client.get(path)  # what a process keeps between requests is kept now
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path)
        assert response.status_code == 200, f"{username} {path}: {response.status_code}"
        counts[username, path] = len(queries)
    return counts


def copies(model) -> list:
    """Each row once more, under a code of its own."""
    rows = list(model.objects.all())
    made = []
    for row in rows:
        fields = {
            f.name: getattr(row, f.name) for f in model._meta.fields if f.name not in {"id", "cost_object", "user"}
        }
        made.append((row, model.objects.create(**fields | {"code": f"{row.code}-2"})))
    return made


def double_everything() -> None:
    """Twice the people, services, FO, staffing, results, check-ins and postings, with the same owners."""
    for person, other in copies(Person):
        UnitMembership.objects.create(
            person=other, unit=person.memberships.first().unit, valid=since(dt.date(2020, 1, 1))
        )
    for model in (ServiceArea, MaintenanceObject, Service):
        for original, other in copies(model):
            for row in Assignment.objects.filter(cost_object=original):
                Assignment.objects.create(
                    person=row.person, cost_object=other, task=row.task, share=row.share, valid=row.valid
                )
            for row in CostOwner.objects.filter(cost_object=original):
                CostOwner.objects.create(person=row.person, cost_object=other, valid=row.valid)
            if model is Service:
                other.maintenance_objects.set(original.maintenance_objects.all())
    for result in ExpectedResult.objects.filter(parent=None):
        check_ins = list(result.check_ins.all())
        linked = list(result.cost_objects.all())
        area, place = result.number.rsplit(".", 1)
        result.pk, result.number, result.identity = None, f"{area}.{int(place) + 50}", uuid.uuid4()
        result.save()
        result.cost_objects.set(linked)
        for check_in in check_ins:
            check_in.pk, check_in.result = None, result
            check_in.save()
    controller = User.objects.get(username="controller")
    booking.book(Calendar(TODAY), 900, by=controller, report=lambda *_: None, when_booked=WhenBooked.ADD)


def test_pages_ask_no_more_of_the_database_when_everything_is_doubled(demo):
    before = queries_per_page()
    assert {page: count for page, count in before.items() if count >= MOST} == {}
    checked_in, services = CheckIn.objects.count(), Service.objects.count()
    double_everything()
    assert Service.objects.count() == 2 * services
    assert CheckIn.objects.count() > 1.5 * checked_in
    after = queries_per_page()
    assert {page: count for page, count in after.items() if count > before[page]} == {}
