import ast
import datetime as dt
import re
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core.exceptions import BadRequest

from tests.conftest import ROOT
from tests.factories.core import AdminUserFactory, UserFactory
from tests.payloads import payloads
from tests.project.test_architecture import SOURCES, short
from vp_portal.core.choices import AuditEvent
from vp_portal.core.exports import LONGEST_NAME, attachment, table_response
from vp_portal.core.models import AuditEntry
from vp_portal.core.spreadsheets import read_xlsx

COLUMNS = ["Namn", "Belopp", "Datum"]
ROWS = [["=HYPERLINK(1)", Decimal("-1234.50"), dt.date(2025, 3, 31)], ["Ås", Decimal("0.10"), None]]


def test_csv_is_a_named_file_that_swedish_excel_opens():
    response = table_response(ROWS, COLUMNS, "åtgärder", "csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        response["Content-Disposition"]
        == "attachment; filename=\"atgarder.csv\"; filename*=UTF-8''%C3%A5tg%C3%A4rder.csv"
    )
    lines = response.content.decode("utf-8-sig").split("\r\n")
    assert lines[:3] == ["Namn;Belopp;Datum", "'=HYPERLINK(1);-1234,50;2025-03-31", "Ås;0,10;"]


def test_xlsx_holds_the_same_with_amounts_as_numbers():
    response = table_response(iter(ROWS), COLUMNS, "belopp", "xlsx")
    assert response["Content-Disposition"].endswith("belopp.xlsx")
    assert read_xlsx(response.content) == (
        COLUMNS,
        [["=HYPERLINK(1)", "-1234.5", "2025-03-31"], ["Ås", "0.1", ""]],
    )
    assert b"<f>" not in response.content


@pytest.mark.parametrize("fmt", ["", "pdf", "../csv"])
def test_another_format_is_refused(fmt):
    with pytest.raises(BadRequest):
        table_response(ROWS, COLUMNS, "x", fmt)


@pytest.mark.parametrize("name", payloads("names"))
def test_a_name_stays_a_name(name):
    header = attachment(name)
    plain, _, encoded = header.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert header.isascii()
    assert header.isprintable()
    for found in (plain, unquote(encoded)):
        assert found
        assert len(found) <= LONGEST_NAME
        assert not found.startswith((".", "-", " "))
        assert not set(found) & set('/\\:"<>|\r\n\0')
    assert not set(plain + encoded) & set("\";' ")


def test_a_long_name_keeps_its_ending():
    assert attachment("å" * 500 + ".xlsx").endswith(".xlsx")


CATALOGUE = "/services/?format=csv"


def statuses(client, *paths):
    return [client.get(path).status_code for path in paths]


@pytest.mark.django_db
def test_an_account_takes_out_so_many_files_in_a_minute(client, settings):
    settings.FILES_PER_MINUTE = 2
    client.force_login(UserFactory())
    assert statuses(client, CATALOGUE, CATALOGUE) == [200, 200]
    page = client.get(CATALOGUE)
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "Ett konto får hämta 2 filer i minuten." in page.content.decode()
    assert AuditEntry.objects.filter(event=AuditEvent.EXPORT).count() == 2


@pytest.mark.django_db
def test_pages_and_other_accounts_are_not_held_back(client, settings):
    settings.FILES_PER_MINUTE = 1
    client.force_login(UserFactory())
    assert statuses(client, CATALOGUE, CATALOGUE, "/services/", "/services/?format=pdf") == [200, 429, 200, 400]
    client.force_login(UserFactory())
    assert statuses(client, CATALOGUE) == [200]


@pytest.mark.django_db
def test_files_from_registers_are_counted_with_those_of_pages(client, settings):
    settings.FILES_PER_MINUTE = 1
    client.force_login(AdminUserFactory())
    register = "/admin/services/orgunit/export/"
    assert client.post(register, {"format": "0", "resource": "0"}).status_code == 200
    assert statuses(client, CATALOGUE, register) == [429, 200]
    assert client.post(register, {"format": "0", "resource": "0"}).status_code == 429


HANDED_OUT = {"table_response", "file_response", "attachment", "_written", "_or_404"}


def views_with_files():
    """Every function of a view module with an address that hands out a file."""
    for path in [*ROOT.glob("*/views.py"), *ROOT.glob("*/views/*.py"), *ROOT.glob("vp_portal/*/*views*.py")]:
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef) and function.decorator_list:
                called = {
                    ast.unparse(call.func).split(".")[-1] for call in ast.walk(function) if isinstance(call, ast.Call)
                }
                if called & HANDED_OUT:
                    yield path.name, function.name, [ast.unparse(each) for each in function.decorator_list]


def test_every_view_that_hands_out_files_has_the_limit():
    views = list(views_with_files())
    assert len(views) >= 20
    assert [
        name for name in views if not any(each.removeprefix("exports.").startswith("limited(") for each in name[2])
    ] == []


def test_every_file_has_its_name_from_here():
    """Django's own answer keeps signs in a name that turn it around or name a folder."""
    words = re.compile(r"as_attachment|FileResponse\(|[\"']attachment;")
    assert {short(path) for path in SOURCES if words.search(path.read_text())} == {"vp_portal/core/exports.py"}
