import pytest
from django.contrib.auth.models import AnonymousUser

from goals.access import CHECK_IN
from tests.factories.core import UserFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import PersonFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


def result():
    return ExpectedResultFactory(owner=PersonFactory(user=UserFactory()), deputy=PersonFactory(user=UserFactory()))


def test_owner_and_deputy_may_check_in() -> None:
    found = result()
    assert found.owner.user.has_perm(CHECK_IN, found)
    assert found.deputy.user.has_perm(CHECK_IN, found)


def test_the_plan_owner_may_check_in() -> None:
    assert UserFactory(role=Role.PLAN_OWNER).has_perm(CHECK_IN, result())


@pytest.mark.parametrize("role", [Role.READER, Role.CONTROLLER, Role.MANAGEMENT])
def test_others_may_not(role) -> None:
    user = UserFactory(role=role)
    PersonFactory(user=user)
    led = result()
    assert not user.has_perm(CHECK_IN, led)
    assert not user.has_perm(CHECK_IN, ExpectedResultFactory(focus_area=led.focus_area))


def test_nobody_may_without_signing_in() -> None:
    assert not AnonymousUser().has_perm(CHECK_IN, result())
