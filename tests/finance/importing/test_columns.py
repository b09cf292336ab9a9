import pytest

from finance.choices import ColumnRole
from finance.importing.columns import role_of, roles_in
from tests import header_names

SEEDS = header_names.seeds()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Konto", ColumnRole.ACCOUNT),
        ("konto_nr", ColumnRole.ACCOUNT),
        ("KONTO NR", ColumnRole.ACCOUNT),
        ("Org.kod", ColumnRole.COST_CENTRE),
        ("Organisatorisk enhet", ColumnRole.COST_CENTRE),
        (" Kost.Nads ställe ", ColumnRole.COST_CENTRE),
        ("Ver.nr", ColumnRole.VOUCHER_NO),
        ("Konto (T)", ColumnRole.ACCOUNT_NAME),
        ("Ansvar(T)", ColumnRole.COST_CENTRE_NAME),
        ("Lev.nr(T)", ColumnRole.SUPPLIER_NAME),
        ("\ufeffPeriod", ColumnRole.PERIOD),
        ("Konterat belopp", ColumnRole.AMOUNT),
        ("Attestant", None),
        ("Attestant(T)", None),
        ("Datum(T)", None),
    ],
)
def test_a_header_name_is_known_whatever_its_case_spaces_and_dots(name, role):
    assert role_of(name, SEEDS) == role


def test_a_profile_has_the_last_word():
    header = ["Konto", "Ansvar", "Motkonto"]
    assert roles_in(header, SEEDS, {"MOTKONTO": "account", "Konto": ""}) == {ColumnRole.ACCOUNT: [2]}


def test_a_name_of_its_own_goes_before_the_text_of_a_column():
    assert role_of("Datum (T)", {**SEEDS, "datum(t)": ColumnRole.TEXT}) == ColumnRole.TEXT
