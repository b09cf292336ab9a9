"""Which person an account of the directory belongs to."""

import pytest

from services.linking import link_person
from tests.factories.core import UserFactory
from tests.factories.services import PersonFactory
from vp_portal.core.signin.identity import Identity

pytestmark = pytest.mark.django_db

EMAIL = "anna.berg@tekniska.example"


@pytest.fixture
def user():
    return UserFactory()


def linked(person, user) -> bool:
    person.refresh_from_db()
    return person.user == user


def test_the_account_is_tied_to_the_person_with_the_vouched_address(user):
    person = PersonFactory(email=EMAIL.title(), user=None)
    link_person(user, Identity("abc", email=EMAIL))
    assert linked(person, user)
    assert person.history.first().history_change_reason == "Inloggning med katalogen"


def test_a_signature_counts_before_the_address(user):
    by_code, by_email = PersonFactory(code="annber", user=None), PersonFactory(email=EMAIL, user=None)
    link_person(user, Identity("abc", email=EMAIL, person_code="annber"))
    assert linked(by_code, user)
    assert linked(by_email, None)


def test_without_a_vouched_address_nobody_is_tied(user):
    person = PersonFactory(email="", user=None)
    link_person(user, Identity("abc"))
    assert linked(person, None)


def test_an_address_that_two_people_have_ties_neither(user):
    people = PersonFactory.create_batch(2, email=EMAIL, user=None)
    link_person(user, Identity("abc", email=EMAIL))
    assert all(linked(person, None) for person in people)


def test_a_person_who_has_an_account_keeps_it(user):
    other = UserFactory()
    person = PersonFactory(email=EMAIL, user=other)
    link_person(user, Identity("abc", email=EMAIL))
    assert linked(person, other)


def test_an_account_that_has_a_person_keeps_it(user):
    own, other = PersonFactory(user=user), PersonFactory(email=EMAIL, user=None)
    link_person(user, Identity("abc", email=EMAIL))
    assert linked(own, user)
    assert linked(other, None)
