"""What the filters of the money offer: codes of the last two years, or of all since the months asked for."""

import pytest

from finance.models import CostRollup, CostTotal
from finance.reports.options import EARLIEST, options
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import CostCentreFactory, RollupFactory, RunFactory
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
OLD, LATEST = Period(202206), Period(202505)


@pytest.fixture
def people():
    """A controller, and a manager who has a cost centre and a cost object: each with an old code and a new one."""
    manager = UserFactory()
    person = PersonFactory(user=manager)
    unit, run = UnitFactory(manager=person), RunFactory()
    for period, code in (OLD, "GAMMAL"), (LATEST, "NY"):
        RollupFactory(run=run, period=period, cost_centre=CostCentreFactory(code=code, unit=unit))
    service = ServiceFactory(code="TJ", cost_owner=person)
    RollupFactory(run=run, period=LATEST, cost_centre=CostCentreFactory(code="ANNANS"), cost_object_id=service.pk)
    RollupFactory(run=run, period=Period(202013), cost_centre=CostCentreFactory(code="NÅGONS"))
    return {"controller": UserFactory(role=Role.CONTROLLER), "manager": manager}


def offered(user, asked_from=None, latest=LATEST):
    return options(CostRollup.objects.visible_to(user, TODAY).in_force(), user, TODAY, latest, asked_from)


def listed(found):
    return {code for code, option in found.cost_centres.items() if option.listed}


@pytest.mark.parametrize("who", ["controller", "manager"])
@pytest.mark.parametrize(
    ("asked_from", "old"),
    [(None, False), ("2023-07", False), ("202206", True), ("2020-01", True), (EARLIEST, True), ("x", False)],
)
def test_an_old_code_is_offered_where_its_months_are_asked_for(people, who, asked_from, old):
    assert ("GAMMAL" in listed(offered(people[who], asked_from))) is old
    assert {"NY", "ANNANS"} <= listed(offered(people[who], asked_from))


def test_months_are_all_those_that_the_user_has_rows_in(people):
    assert offered(people["controller"]).periods == offered(people["manager"]).periods == (LATEST, OLD)
    assert offered(UserFactory()).periods == ()


def test_others_codes_are_known_and_not_offered(people):
    found = offered(people["manager"], EARLIEST)
    assert not found.cost_centres["NÅGONS"].listed
    assert found.cost_objects["TJ"].listed


@pytest.mark.parametrize("who", ["controller", "manager"])
def test_nothing_booked_offers_nothing(people, who):
    CostRollup.objects.all().delete()
    CostTotal.objects.all().delete()
    found = offered(people[who], latest=None)
    assert (found.periods, listed(found)) == ((), set())
