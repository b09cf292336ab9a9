"""Header names are data: what the register says is what a file's columns are known by."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from finance.choices import ColumnRole
from finance.importing.problems import Refusal
from finance.models import HeaderName
from tests.core.files import put_in, refused
from tests.core.registers import address, form_errors
from tests.factories.core import UserFactory
from tests.factories.finance import HeaderNameFactory
from tests.finance.ledger_files import write
from tests.finance.ledger_variants import Read
from vp_portal.core.access import Role
from vp_portal.overview import reference

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, settings, tmp_path):
    reference.load()  # gives the roles their rights
    settings.MEDIA_ROOT = tmp_path
    client.force_login(UserFactory(role=Role.CONTROLLER))
    return client


def ledger(folder, centre):
    return write(folder, "202503;5010;1100;5,00", header=f"Period;Konto;{centre};Belopp")


def test_a_name_that_is_added_is_recognised(tmp_path):
    assert ColumnRole.COST_CENTRE not in Read(ledger(tmp_path, "Resultatenhet")).layout.columns
    HeaderNameFactory(name="Resultat.Enhet", role="cost_centre")
    assert Read(ledger(tmp_path, "RESULTAT_ENHET")).of(ColumnRole.COST_CENTRE) == ["1100"]


def test_a_name_that_is_removed_is_not(tmp_path):
    HeaderName.objects.get(name="Belopp").delete()
    with pytest.raises(Refusal, match="Kolumnen saknas"):
        Read(ledger(tmp_path, "Kst"))


def test_folding_makes_spellings_the_same(tmp_path):
    assert Read(ledger(tmp_path, " Kost.Nads ställe ")).of(ColumnRole.COST_CENTRE) == ["1100"]


def test_a_name_means_one_thing_however_it_is_written():
    with pytest.raises(ValidationError, match="”Kostnadsställe” betyder kostnadsställe"):
        HeaderName(name=" Kost.Nads ställe ", role="project").full_clean()


def test_two_who_add_the_same_name_at_once_do_not_both_succeed():
    with pytest.raises(IntegrityError, match="finance_headername_once"):
        HeaderNameFactory(name=" Kost.Nads ställe ")


@pytest.mark.parametrize("name", ["._", "\ufeff."])
def test_a_name_has_something_to_be_known_by(name):
    with pytest.raises(ValidationError, match="inget som går att känna igen"):
        HeaderName(name=name, role="project").full_clean()


def test_a_changed_name_is_known_by_its_new_spelling_only():
    row = HeaderName.objects.get(name="Kst")
    row.name = "Kställe"
    row.save()
    names = HeaderName.objects.roles()
    assert names["kställe"] == ColumnRole.COST_CENTRE
    assert "kst" not in names


def test_a_controller_adds_and_removes_in_the_register(browser):
    browser.post(address(HeaderName, "add"), {"name": "Resultatenhet", "role": "cost_centre"})
    row = HeaderName.objects.get(name="Resultatenhet")
    browser.post(address(HeaderName, "delete", row.pk), {"post": "yes"})
    assert not HeaderName.objects.filter(pk=row.pk).exists()


def test_a_form_says_what_the_name_means_already(browser):
    page = browser.post(address(HeaderName, "add"), {"name": "KONTO NR", "role": "project"})
    assert form_errors(page) == {"name": ["Rubriken finns redan: ”Kontonr” betyder konto."]}


def test_names_come_from_a_file(browser):
    put_in(browser, HeaderName, ["rubrik", "betyder"], ["Resultatenhet", "kostnadsställe"])
    assert HeaderName.objects.roles()["resultatenhet"] == ColumnRole.COST_CENTRE


def test_a_files_second_spelling_is_refused(browser):
    lines = refused(browser, HeaderName, ["rubrik", "betyder"], ["KONTO NR", "projekt"])
    assert lines == [(2, "rubrik: Rubriken finns redan: ”Kontonr” betyder konto.")]
