import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

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


@pytest.mark.parametrize(
    "fields",
    [
        {"scale": "tkr", "sign": "flipped", "encoding": "cp1252", "separator": "tab", "sheet": "Mars"},
        {"dimensions": {"1": "cost_centre", "20": "activity", "7": ""}},
        {"columns": {"Konto": "account", "DK": "debit_credit"}, "debit_credit": "column"},
    ],
)
def test_a_profile_may_say_how_files_are_read(fields):
    ProfileFactory(**fields).full_clean()


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"dimensions": {"1": "account"}}, "dimensions"),
        ({"dimensions": ["1"]}, "dimensions"),
        ({"debit_credit": "column"}, "debit_credit"),
        ({"columns": {"Konto": "account", "DK": "debit_credit"}}, "debit_credit"),
    ],
)
def test_a_profile_that_contradicts_itself_is_told_where(fields, place):
    with pytest.raises(ValidationError) as refused:
        ProfileFactory(**fields).full_clean()
    assert set(refused.value.message_dict) == {place}


@pytest.mark.parametrize("field", ["scale", "sign", "encoding", "separator", "debit_credit"])
def test_the_database_refuses_an_unknown_choice(field):
    with pytest.raises(IntegrityError):
        ProfileFactory(**{field: "x"})
