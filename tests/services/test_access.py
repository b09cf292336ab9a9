import datetime as dt

import pytest

from services.access import is_line_manager, managed_units, owned_cost_objects, person_of
from services.models import OrgUnit
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.services import (
    PersonFactory,
    ServiceAreaFactory,
    ServiceFactory,
    UnitFactory,
    UnitManagerFactory,
    UnitParentFactory,
)
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def manager():
    return PersonFactory(user=UserFactory())


def test_a_manager_has_the_own_unit_and_all_below(manager):
    top = UnitFactory(manager=manager)
    middle = UnitFactory(parent=top)
    UnitFactory(parent=middle)
    UnitFactory()
    assert managed_units(manager.user, TODAY).count() == 3


def test_a_manager_has_nothing_beside_or_above(manager):
    top = UnitFactory()
    own, beside = UnitFactory(parent=top, manager=manager), UnitFactory(parent=top)
    assert set(managed_units(manager.user, TODAY)) == {own}
    assert beside not in managed_units(manager.user, TODAY)


def test_a_manager_who_has_left_has_nothing(manager):
    UnitManagerFactory(unit=UnitFactory(), person=manager, valid=since(dt.date(2020, 1, 1), YESTERDAY))
    assert is_line_manager(manager.user, YESTERDAY)
    assert not is_line_manager(manager.user, TODAY)


def test_a_moved_unit_follows_its_new_manager_from_the_day_it_moves(manager):
    old, new, moved = UnitFactory(), UnitFactory(manager=manager), UnitFactory()
    UnitParentFactory(unit=moved, parent=old, valid=since(dt.date(2020, 1, 1), YESTERDAY))
    UnitParentFactory(unit=moved, parent=new, valid=since(TODAY))
    assert moved not in managed_units(manager.user, YESTERDAY)
    assert moved in managed_units(manager.user, TODAY)


def test_a_circle_in_the_data_ends_the_walk(manager):
    first, second = UnitFactory(manager=manager), UnitFactory()
    UnitParentFactory(unit=first, parent=second, valid=since(TODAY))
    UnitParentFactory(unit=second, parent=first, valid=since(TODAY))
    assert set(managed_units(manager.user, TODAY)) == {first, second}


def test_the_tree_is_read_with_one_query(manager, django_assert_num_queries):
    unit = UnitFactory(manager=manager)
    for _ in range(5):
        unit = UnitFactory(parent=unit)
    roots = list(OrgUnit.objects.managed_by(manager.pk, TODAY).values_list("pk", flat=True))
    with django_assert_num_queries(1):
        from services.models.unit import ids_below

        assert len(ids_below(roots, TODAY)) == 6


def test_an_area_brings_its_services(manager):
    area = ServiceAreaFactory(cost_owner=manager)
    service = ServiceFactory(area=area)
    ServiceFactory()
    assert {o.code for o in owned_cost_objects(manager.user, TODAY)} == {area.code, service.code}


def test_the_one_responsible_and_the_cost_owner_both_have_their_object(manager):
    responsible, answers = ServiceFactory(owner=manager), ServiceFactory(cost_owner=manager)
    assert {o.code for o in owned_cost_objects(manager.user, TODAY)} == {responsible.code, answers.code}


def test_a_login_without_a_person_has_nothing():
    user = UserFactory()
    assert person_of(user) is None
    assert not managed_units(user, TODAY)
    assert not owned_cost_objects(user, TODAY)


def test_a_closed_account_has_no_person(manager):
    manager.user.is_active = False
    assert person_of(manager.user) is None
