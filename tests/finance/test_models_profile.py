import pytest
from django.core.exceptions import ValidationError

from tests.factories.finance import ProfileFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("columns", [{"Konto": "account", "Annat": ""}, {"År": "year"}])
def test_a_profile_with_known_roles_is_valid(columns):
    ProfileFactory(columns=columns).full_clean()


@pytest.mark.parametrize("columns", [{"Konto": "kontot"}, {"Konto": ["account"]}, ["Konto"]])
def test_a_profile_with_anything_else_is_told_so_at_its_columns(columns):
    with pytest.raises(ValidationError) as refused:
        ProfileFactory(columns=columns).full_clean()
    assert set(refused.value.message_dict) == {"columns"}
