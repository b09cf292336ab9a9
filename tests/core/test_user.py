import pytest

from tests.factories.core import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_signing_in_is_no_change_of_the_account(client):
    user = UserFactory()
    before = user.history.count()
    assert client.login(username=user.username, password=PASSWORD)
    assert user.history.count() == before


def test_a_change_of_the_account_leaves_history(client):
    user = UserFactory()
    before = user.history.count()
    client.login(username=user.username, password=PASSWORD)
    user.first_name = "Åsa"
    user.save(update_fields=["first_name"])
    assert user.history.count() == before + 1
