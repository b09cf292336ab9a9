"""The history in words."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from services.models import CostOwner
from tests.factories.core import UserFactory
from tests.factories.services import CostOwnerFactory, PersonFactory, ServiceAreaFactory, ServiceFactory
from vp_portal.core.periods import since
from vp_portal.overview.reports import changes

DAY = dt.date(2025, 3, 1)


def of(own) -> list[changes.Change]:
    return changes.changes_of(list(own.history.order_by("-history_date", "-history_id")), "Tjänst")


@pytest.mark.parametrize(
    ("valid", "words"),
    [
        (since(DAY), "från och med 2025-03-01"),
        (since(DAY, DAY), "2025-03-01 – 2025-03-01"),
        (DateRange(None, DAY, "[)"), "till och med 2025-02-28"),
        (DateRange(None, None, "[)"), "tills vidare"),
    ],
)
def test_a_range_of_days_is_told_with_its_last_day(valid, words):
    assert changes.days_of(valid) == words


@pytest.mark.django_db
def test_a_change_names_who_and_what_it_was_and_became():
    service = ServiceFactory(name="Post")
    service.name, service.area = "E-post", ServiceAreaFactory(name="Arbetsplats")
    service._history_user = UserFactory(first_name="Ada", last_name="Admin")
    service.save()
    newest, oldest = of(service)
    assert (newest.who, newest.what, oldest.what) == ("Ada Admin", "Tjänst ändrades", "Tjänst lades upp")
    fields = {(field.label, field.old, field.new) for field in newest.fields}
    assert fields == {("Namn", "Post", "E-post"), ("Tjänsteområde", "–", "Arbetsplats")}


@pytest.mark.django_db
def test_the_oldest_row_at_hand_says_nothing_unless_the_object_came_with_it():
    service = ServiceFactory(name="Ett")
    for name in ("Två", "Tre"):
        service.name = name
        service.save()
    rows = list(service.history.order_by("-history_date", "-history_id"))[:2]
    assert [change.fields[0].new for change in changes.changes_of(rows, "Tjänst")] == ["Tre"]


@pytest.mark.django_db
def test_a_person_that_is_gone_is_told_as_gone():
    service = ServiceFactory(owner=PersonFactory())
    service.owner = other = PersonFactory()
    service.save()
    service.owner = None
    service.save()
    other.delete()
    assert of(service)[0].fields[0].old == "borttagen"


@pytest.mark.django_db
def test_dated_rows_say_who_and_when_also_when_they_are_gone():
    owner = CostOwnerFactory(person=PersonFactory(name="Ola"))
    owner.delete()
    rows = CostOwner.history.select_related("person").order_by("-history_date", "-history_id")
    told = [change.what for change in changes.dated_changes(rows, "Kostnadsägare")]
    assert told == [
        "Kostnadsägare borttagen: Ola, från och med 2020-01-01",
        "Kostnadsägare: Ola, från och med 2020-01-01",
    ]
