"""Putting a file's wrong rows right, from the page that lists them. For controllers alone."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from finance.actions import upload_files, uploads
from finance.actions.upload_choices import Choices
from finance.choices import UploadState
from finance.importing.understanding import ReadingChoices
from finance.models import Upload
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, HEADER, ROWS, default_source
from tests.finance.ledger_variants import make_xlsx
from tests.finance.uploaded import previewed, received, stored
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
WRONG = "202503;0040;;1100;;9;2025-03-14;Fel;12 34,50"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, today):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def controller(client):
    user = UserFactory(role=Role.CONTROLLER)
    client.force_login(user)
    return user


def step(upload: Upload, name: str) -> str:
    return f"/finance/imports/uploads/{upload.pk}/{name}/"


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def give_back(client, upload, content: bytes, name="rättade.csv"):
    data = {"corrected": SimpleUploadedFile(name, content)}
    return client.post(step(upload, "correct"), data, follow=True)


def wrong_rows(client, upload) -> str:
    return b"".join(client.get(step(upload, "wrong-rows")).streaming_content).decode("utf-8-sig")


def test_corrected_rows_make_the_whole_file_and_its_preview(client, controller, django_capture_on_commit_callbacks):
    upload = previewed(ROWS[0], WRONG, ROWS[2])
    page = text(client.get(step(upload, "preview")))
    assert "Rätta raderna här" in page
    back = wrong_rows(client, upload).replace("12 34,50", "1 234,50")
    with django_capture_on_commit_callbacks(execute=True):
        page = text(give_back(client, upload, back.encode()))
    assert "1 rättad rad är insatt i filen" in page
    assert "3 rader, 1 734,25 kr" in page
    made = Upload.objects.get(state=UploadState.PREVIEWED)
    assert (made.file_name, made.uploaded_by) == ("huvudbok (rättad).csv", controller)
    upload.refresh_from_db()
    assert upload.state == UploadState.ABANDONED
    assert [path.name for path in upload_files.folder().iterdir()] == [made.file_id.hex]


def test_the_wrong_rows_come_as_a_workbook_of_text(client, controller):
    upload = previewed(ROWS[0], WRONG)
    response = client.get(step(upload, "wrong-rows-xlsx"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Rad", "Period", "Konto"]
    assert rows[1][:3] == ["3", "202503", "0040"]


def test_what_was_chosen_about_the_file_counts_for_the_whole_one(client, controller):
    upload = received("202503;4010;;1100;;9;;Fel;12 34", "202503;5010;;1100;;9;;Rätt;100", header=HEADER)
    default_source()
    choices = Choices(ReadingChoices(scale="tkr", sign="flipped"), source=default_source().pk)
    uploads.choose(upload, choices, at=AT)
    uploads.start_preview(upload, at=AT)
    back = wrong_rows(client, upload).replace("12 34", "1")
    page = text(give_back(client, upload, back.encode()))
    assert "2 rader, −101 000,00 kr" in page


def test_a_workbooks_rows_are_put_right_as_text(client, controller, tmp_path):
    rows = [HEADER.split(";"), ROWS[0].split(";"), WRONG.split(";")]
    default_source()
    data = make_xlsx(tmp_path / "bok.xlsx", rows).read_bytes()
    (upload,) = uploads.receive([stored(data, "bok.xlsx")], by=controller, at=AT)
    uploads.choose(upload, Choices(source=default_source().pk), at=AT)
    uploads.start_preview(upload, at=AT)
    back = wrong_rows(client, upload).replace("12 34,50", "1 234,50")
    assert "2 rader, 2 234,50 kr" in text(give_back(client, upload, back.encode()))


def test_rows_of_another_file_are_refused_and_nothing_is_changed(client, controller):
    upload = previewed(ROWS[0], WRONG)
    page = text(give_back(client, upload, b"a;b\n1;2\n"))
    assert "Den rättade filen ska ha kolumnerna" in page
    assert Upload.objects.get() == upload
    assert [path.name for path in upload_files.folder().iterdir()] == [upload.file_id.hex]


def test_without_a_file_one_is_asked_for(client, controller):
    upload = previewed(ROWS[0], WRONG)
    assert "Välj filen med de rättade raderna" in text(client.post(step(upload, "correct"), follow=True))


def test_a_right_file_has_nothing_to_correct(client, controller):
    upload = previewed(*ROWS)
    assert client.post(step(upload, "correct")).status_code == 404
    assert client.get(step(upload, "wrong-rows-xlsx")).status_code == 404


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.READER])
def test_only_controllers_put_rows_right(client, role):
    upload = previewed(ROWS[0], WRONG)
    client.force_login(UserFactory(role=role))
    assert give_back(client, upload, b"").status_code == 403
    assert client.get(step(upload, "wrong-rows-xlsx")).status_code == 403


def test_a_form_without_its_token_is_refused_and_leaves_no_file(controller):
    upload = previewed(ROWS[0], WRONG)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(controller)
    assert give_back(strict, upload, b"x").status_code == 403
    assert [path.name for path in upload_files.folder().iterdir()] == [upload.file_id.hex]
