import datetime as dt
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core.exceptions import BadRequest

from tests.payloads import payloads
from vp_portal.core.exports import LONGEST_NAME, attachment, table_response
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
