"""A posting's row as it stands in the file. For controllers alone: it is a row of the whole file."""

import pytest

from finance.choices import Sensitivity
from finance.models import Account, ImportBatch
from tests.factories.core import UserFactory
from tests.finance.importing.test_sie_file import sie
from tests.finance.ledger_files import HEADER, ROWS, book, default_source, write
from tests.finance.ledger_variants import make_xlsx
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, today, client):
    settings.MEDIA_ROOT = tmp_path / "media"
    client.force_login(UserFactory(role=Role.CONTROLLER))


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def page(client, batch, line):
    return client.get(f"/finance/imports/{batch}/rows/{line}/")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_line_of_text_is_shown_as_it_stands_and_column_for_column(client, tmp_path, encoding):
    row = "202503;5010;;1100;;7;;Köp på Åsögatan för året; 1 234,50 "
    batch = book(write(tmp_path, ROWS[0], row, encoding=encoding)).batch
    shown = page(client, batch, 3)
    assert "Köp på Åsögatan för året; 1 234,50 </code>" in shown.content.decode()
    assert ("Belopp", " 1 234,50 ") in shown.context["row"].cells


def test_a_row_of_a_workbook_is_shown_by_its_cells(client, tmp_path):
    path = make_xlsx(tmp_path / "bok.xlsx", [HEADER.split(";"), *(row.split(";") for row in ROWS)])
    cells = dict(page(client, book(path).batch, 4).context["row"].cells)
    assert (cells["Kst"], cells["Text"], cells["Belopp"]) == ("1200", "Kredit", "-500,25")


def test_a_line_of_a_sie_file_is_shown(client, tmp_path):
    default_source()
    batch = book(sie(tmp_path)).batch
    assert "#TRANS 5010" in text(page(client, batch, 16))


def test_a_line_beyond_the_file_is_not_found(client, tmp_path):
    batch = book(write(tmp_path, *ROWS)).batch
    assert page(client, batch, 99).status_code == 404
    assert page(client, batch + 1, 2).status_code == 404


def test_a_sensitive_row_that_was_read_is_recorded(client, tmp_path):
    batch = book(write(tmp_path, *ROWS)).batch
    page(client, batch, 2)
    read = AuditEntry.objects.filter(event=AuditEvent.SENSITIVE_VIEW)
    assert not read.exists()
    Account.objects.filter(code="5010").update(sensitivity=Sensitivity.SENSITIVE)
    page(client, batch, 2)
    assert read.count() == 1


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGEMENT, Role.READER])
def test_others_may_not(client, tmp_path, role):
    batch = book(write(tmp_path, *ROWS)).batch
    client.force_login(UserFactory(role=role))
    assert page(client, batch, 2).status_code == 403


def test_a_posting_leads_a_controller_to_its_row(client, tmp_path):
    batch = ImportBatch.objects.get(pk=book(write(tmp_path, *ROWS)).batch)
    rows = client.get("/finance/postings/", {"from": "202503", "to": "202504"})
    assert f"/finance/imports/{batch.pk}/rows/2/" in rows.content.decode()
