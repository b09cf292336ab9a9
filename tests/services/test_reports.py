"""The catalogue: what is in it, in which groups, and what a filter leaves."""

import pytest

from services import reports
from services.choices import CostObjectKind, Lifecycle
from services.reports import Filters
from tests.conftest import TODAY
from tests.factories.services import (
    MaintenanceObjectFactory,
    OverheadFactory,
    PersonFactory,
    ServiceAreaFactory,
    ServiceFactory,
)
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db


def names(filters: Filters = Filters()) -> list[str]:  # noqa: B008 # frozen
    return [row.name for row in reports.catalogue(reports.all_rows(TODAY), filters).rows]


@pytest.fixture
def catalogue():
    anna, omar = PersonFactory(code="anna", name="Anna"), PersonFactory(code="omar", name="Omar")
    area = ServiceAreaFactory(code="TO-A", name="Arbetsplats", owner=anna, cost_owner=anna)
    mail_object = MaintenanceObjectFactory(name="Kommunikation", cost_owner=omar)
    ServiceFactory(name="E-post", area=area, owner=omar, cost_owner=omar, maintenance_objects=[mail_object])
    ServiceFactory(name="Äldre e-post", area=area, lifecycle=Lifecycle.RETIRED)
    ServiceFactory(name="Ensam tjänst", code="X-1")
    OverheadFactory(name="Ledning")


def test_services_stand_under_their_area_and_those_without_one_last(catalogue):
    assert names() == ["Arbetsplats", "E-post", "Äldre e-post", "Ensam tjänst", "Kommunikation", "Ledning"]


def test_swedish_letters_come_last():
    for name in ("Öl", "Åk", "Zon", "Ärt", "Ask"):
        ServiceFactory(name=name)
    assert names() == ["Ask", "Zon", "Åk", "Ärt", "Öl"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(q="POST"), ["E-post", "Äldre e-post"]),
        (Filters(q="x-1"), ["Ensam tjänst"]),
        (Filters(kind=CostObjectKind.MAINTENANCE_OBJECT), ["Kommunikation"]),
        (Filters(area="TO-A"), ["Arbetsplats", "E-post", "Äldre e-post"]),
        (Filters(lifecycle=Lifecycle.RETIRED), ["Äldre e-post"]),
        (Filters(owner="omar"), ["E-post"]),
        (Filters(no_cost_owner=True), ["Äldre e-post", "Ensam tjänst", "Ledning"]),
        (Filters(q="e-post", no_cost_owner=True), ["Äldre e-post"]),
    ],
)
def test_a_filter_leaves_what_fits(catalogue, filters, expected):
    assert names(filters) == expected


def test_counts_tell_what_another_kind_would_show(catalogue):
    counts = reports.catalogue(reports.all_rows(TODAY), Filters(kind=CostObjectKind.AREA)).counts
    assert counts == {"area": 1, "service": 3, "object": 1, "overhead": 1}


def test_a_row_counts_what_it_is_linked_to(catalogue):
    related = {row.name: row.related for row in reports.all_rows(TODAY)}
    assert related == {
        "Arbetsplats": 2,
        "E-post": 1,
        "Äldre e-post": 0,
        "Ensam tjänst": 0,
        "Kommunikation": 1,
        "Ledning": None,
    }


def test_what_is_not_valid_on_the_day_is_left_out():
    ServiceFactory(name="Kommer", valid=since(TODAY.replace(year=2030)))
    assert names() == []


def test_a_cost_owner_counts_on_the_day_only(catalogue):
    rows = {row.name: row.cost_owner for row in reports.all_rows(TODAY.replace(year=2019))}
    assert set(rows.values()) == {""}


def test_the_number_of_queries_does_not_follow_the_number_of_rows(catalogue, django_assert_num_queries):
    ServiceFactory.create_batch(30, area=ServiceAreaFactory(), owner=PersonFactory())
    with django_assert_num_queries(4):
        [row.owner for row in reports.all_rows(TODAY)]
