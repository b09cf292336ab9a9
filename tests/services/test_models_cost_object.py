from decimal import Decimal

import pytest

from services.models import CostObject, MaintenanceObject, OverheadObject, Service, ServiceArea
from tests.factories.services import AssignmentFactory, PersonFactory, ServiceAreaFactory, ServiceFactory
from tests.models import refused, refused_in_words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "value"),
    [(ServiceArea, "area"), (Service, "service"), (MaintenanceObject, "object"), (OverheadObject, "overhead")],
)
def test_the_class_says_the_kind(kind, value):
    row = kind(code="X", name="X")
    row.full_clean()
    row.save()
    assert CostObject.objects.get().kind == value


def test_a_cost_object_of_no_kind_is_refused():
    row = CostObject(code="X", name="X")
    assert refused(row) == ("services_costobject_kind_given", ["En kostnadsbärare måste ha ett slag."])


def test_an_unknown_lifecycle_is_refused():
    row = ServiceFactory()
    row.lifecycle = "glömd"
    name, texts = refused(row)
    assert name == "services_costobject_lifecycle_known"
    assert "glömd" in texts[0]


def test_a_code_is_unique_among_all_kinds():
    ServiceAreaFactory(code="MAIL")
    assert refused_in_words(Service(code="MAIL", name="E-post")) == ["Kostnadsbärare med detta Kod finns redan."]


@pytest.mark.parametrize("code", ["a b", "a/b", "a?b", "a#b", "a&b", "a%b", "a;b", "a\\b", ""])
def test_a_code_fits_in_an_address(code):
    assert refused_in_words(Service(code=code, name="E-post"))


@pytest.mark.parametrize("code", ["0012", "Å-1", "E.post_2", "a+b"])
def test_a_code_is_text(code):
    Service(code=code, name="E-post").full_clean()


@pytest.mark.parametrize("share", ["0", "-1", "100.0001"])
def test_a_share_is_more_than_nothing_and_at_most_the_whole(share):
    row = AssignmentFactory(person=PersonFactory())
    row.share = Decimal(share)
    assert refused(row) == (
        "services_assignment_share_0_100",
        ["Andelen ska vara större än 0 och högst 100 procent."],
    )
