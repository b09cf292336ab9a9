import pytest

from goals import computed
from services.choices import Lifecycle
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.services import (
    CostOwnerFactory,
    MaintenanceObjectFactory,
    PersonFactory,
    ServiceAreaFactory,
    ServiceFactory,
    SubPortfolioFactory,
)
from vp_portal.core.access import Role
from vp_portal.overview import reference

pytestmark = pytest.mark.django_db


def made(code):
    found = computed.find(code).compute(TODAY)
    return found.value, found.numerator, found.denominator


def failing(code, role=Role.READER):
    reference.load()  # gives the roles their rights
    return {row.what: row for row in computed.find(code).failing(TODAY, UserFactory(role=role)).rows}


@pytest.fixture
def whole(db):
    """A service with all that it should have."""
    service = ServiceFactory(code="T1", name="Hel", area=ServiceAreaFactory(), owner=PersonFactory())
    service.maintenance_objects.add(MaintenanceObjectFactory())
    return service


def test_a_service_is_whole_with_area_owner_and_object(whole):
    ServiceFactory(code="T2", name="Halv", area=None, owner=PersonFactory())
    ServiceFactory(code="T3", lifecycle=Lifecycle.RETIRED, area=None)
    assert made("I05") == (50, 1, 2)
    assert {what: row.why for what, row in failing("I05").items()} == {
        "T2 Halv": "Saknar tjänsteområde, förvaltningsobjekt"
    }


def test_no_services_are_no_data():
    assert made("I05") == (None, 0, 0)
    assert made("I12") == (None, 0, 0)


def test_the_repair_is_a_form_for_who_may_change_it(whole):
    broken = ServiceFactory(code="T2", name="Halv", area=None)
    assert failing("I05")["T2 Halv"].repair == ""
    assert failing("I05", Role.PLAN_OWNER)["T2 Halv"].repair == f"/admin/services/service/{broken.pk}/change/"


def test_economy_asks_for_a_cost_owner_that_day_and_for_an_objects_sub_portfolio():
    owned = MaintenanceObjectFactory(code="F1", name="Ägd", sub_portfolio=SubPortfolioFactory())
    CostOwnerFactory(cost_object=owned)
    loose = MaintenanceObjectFactory(code="F2", name="Lös", sub_portfolio=None)
    CostOwnerFactory(cost_object=loose)
    ServiceFactory(code="T1", name="Herrelös", area=None)
    assert made("I12")[1:] == (1, 3)
    whys = {what: row.why for what, row in failing("I12").items()}
    assert whys == {"F2 Lös": "Saknar delportfölj", "T1 Herrelös": "Saknar kostnadsägare"}


@pytest.mark.parametrize("code", ["I05", "I12"])
def test_the_queries_do_not_grow(whole, django_assert_num_queries, code):
    for each in range(12):
        ServiceFactory(code=f"X{each}")
    with django_assert_num_queries({"I05": 1, "I12": 3}[code]):
        made(code)
