"""Importing in the browser, step by step. For controllers alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from finance import tasks
from finance.actions import background, upload_files, uploads
from finance.choices import UploadState
from finance.models import ImportBatch, ImportProfile, Upload
from tests.factories.core import UserFactory
from tests.factories.finance import AccountFactory
from tests.finance.ledger_files import AT, HEADER, ROWS, book, default_source, write
from tests.finance.uploaded import content, previewed, received
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db

NEW = "/finance/imports/new/"
RECEIVE = "/finance/imports/receive/"


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def step(upload: Upload, name: str = "") -> str:
    return f"/finance/imports/uploads/{upload.pk}/" + (f"{name}/" if name else "")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, today):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def controller(client):
    user = UserFactory(role=Role.CONTROLLER)
    client.force_login(user)
    return user


def file(data: bytes | None = None, name: str = "mars.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content() if data is None else data)


def send(client, *files, follow=True, **more):
    default_source()
    return client.post(RECEIVE, {"files": list(files), **more}, follow=follow)


# Who may


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGEMENT, Role.READER, Role.PLAN_OWNER, None])
def test_only_controllers_come_in(client, role):
    upload = previewed()
    client.force_login(UserFactory(role=role) if role else UserFactory())
    for path in (NEW, step(upload), step(upload, "reading"), step(upload, "preview"), step(upload, "receipt")):
        assert client.get(path).status_code == 403, path
    for name in ("run", "codes", "turn", "book", "abandon"):
        assert client.post(step(upload, name)).status_code == 403, name
    for name in ("errors", "wrong-rows", "right-rows"):
        assert client.get(step(upload, name)).status_code == 403, name
    assert client.post(RECEIVE, {"files": file()}).status_code == 403
    assert Upload.objects.get().state == UploadState.PREVIEWED


def test_a_file_of_who_may_not_is_not_even_read(client, monkeypatch):
    monkeypatch.setattr("finance.views.uploads.DiskUploadHandler", lambda *args, **kwargs: pytest.fail("was read"))
    client.force_login(UserFactory(role=Role.READER))
    assert client.post(RECEIVE, {"files": file()}).status_code == 403


def test_another_controller_may_go_on(client, controller):
    upload = previewed(by=UserFactory(role=Role.CONTROLLER))
    assert client.get(step(upload, "preview")).status_code == 200


def test_a_form_without_its_token_is_refused_and_leaves_no_file(controller):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(controller)
    assert strict.post(RECEIVE, {"files": file()}).status_code == 403
    assert list(upload_files.folder().iterdir()) == []


@pytest.mark.parametrize("name", ["run", "codes", "turn", "book", "abandon"])
def test_nothing_happens_by_opening_an_address(client, controller, name):
    assert client.get(step(previewed(), name)).status_code == 405


def test_an_unknown_file_and_one_that_was_taken_away_are_not_found(client, controller):
    upload = received()
    uploads.abandon(upload, at=AT)
    assert client.get(step(upload, "preview")).status_code == 404
    assert client.get("/finance/imports/uploads/999/").status_code == 404


# The file


def test_the_first_step_says_how_and_shows_what_is_on_its_way(client, controller):
    upload = received()
    page = text(client.get(NEW))
    assert "Släpp filen här" in page
    assert f'href="{step(upload)}"' in page
    assert "mottagen" in page


def test_one_file_goes_on_to_its_reading(client, controller):
    response = send(client, file())
    upload = Upload.objects.get()
    assert response.redirect_chain[-1][0] == step(upload, "reading")
    assert (upload.file_name, upload.uploaded_by) == ("mars.csv", controller)


def test_several_files_become_an_upload_each(client, controller):
    response = send(client, file(name="a.csv"), file(content(ROWS[0]), name="b.csv"))
    assert response.redirect_chain[-1][0] == NEW
    assert "2 filer är mottagna" in text(response)
    assert set(Upload.objects.values_list("file_name", flat=True)) == {"a.csv", "b.csv"}


def test_with_a_script_the_browser_is_told_where_to_go(client, controller):
    default_source()
    response = client.post(RECEIVE, {"files": file()}, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == step(Upload.objects.get(), "reading")


def test_the_same_file_as_before_is_said_at_once_with_who_and_when(client, controller, tmp_path):
    other = UserFactory(first_name="Leila", last_name="Hosseini")
    book(write(tmp_path, *ROWS), by=other)
    page = text(send(client, file()))
    assert "mars.csv är redan bokförd: import" in page
    assert "2025-09-10 10.00, Leila Hosseini" in page
    assert not Upload.objects.exists()
    assert list(upload_files.folder().iterdir()) == []


def test_a_file_that_was_taken_back_may_come_again(client, controller, tmp_path):
    batch = book(write(tmp_path, *ROWS)).batch
    ImportBatch.objects.filter(pk=batch).update(ended_at="2025-09-11T00:00Z")
    send(client, file())
    assert Upload.objects.count() == 1


def test_an_empty_file_no_file_and_one_that_is_too_large_are_said(client, controller, settings):
    assert "mars.csv är tom" in text(send(client, file(b"")))
    assert "Välj en fil först" in text(send(client))
    settings.UPLOAD_MOST_BYTES = 10
    assert "mars.csv är för stor: högst 10 byte" in text(send(client, file()))
    assert not Upload.objects.exists()


def test_a_disk_without_room_is_said_before_it_is_filled(client, controller, monkeypatch):
    monkeypatch.setattr("finance.views.uploads._has_room", lambda _size: False)
    assert "servern har inte plats" in text(send(client, file()))
    assert list(upload_files.folder().glob("*")) == []


def test_a_file_that_replaces_an_import_says_so(client, controller, tmp_path):
    batch = book(write(tmp_path, ROWS[0])).batch
    assert f"ersätta import {batch}" in text(client.get(NEW, {"replaces": batch}))
    send(client, file(), replaces=batch)
    assert Upload.objects.get().replaces_id == batch
    assert "ersätta import" not in text(client.get(NEW, {"replaces": "x"}))


def test_a_file_can_be_taken_away(client, controller, django_capture_on_commit_callbacks):
    upload = received()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(step(upload, "abandon"), follow=True)
    assert "är borttagen. Ingenting bokfördes." in text(response)
    assert not upload_files.path_of(upload).exists()


# Its reading


def test_how_the_file_is_read_is_shown_with_evidence(client, controller):
    page = text(client.get(step(received(), "reading")))
    assert "Teckenkodning" in page
    assert "Kända rubriker: Period, Konto" in page
    assert "1 000,00" not in page


def test_what_was_understood_goes_on_to_the_preview(client, controller):
    upload = received()
    response = client.post(step(upload, "reading"), {"source": default_source().pk}, follow=True)
    assert response.redirect_chain[-1][0] == step(upload, "preview")
    assert "Bokför 3 rader" in text(response)


def test_a_column_gets_another_meaning(client, controller):
    upload = received(*ROWS, header=HEADER.replace("Projekt", "Något"))
    form = client.get(step(upload, "reading")).context["form"]
    given = {name: form[name].value() or "" for name in form.fields} | {"column-4": "activity"}
    client.post(step(upload, "reading"), given)
    upload.refresh_from_db()
    kinds = {code["kind"] for code in upload.result["booking"]["unknown_codes"]}
    assert "activity" in kinds


def test_looking_again_keeps_what_was_chosen_and_does_not_go_on(client, controller):
    upload = received()
    given = {"source": default_source().pk, "scale": "tkr", "again": "1"}
    response = client.post(step(upload, "reading"), given, follow=True)
    assert response.redirect_chain[-1][0] == step(upload, "reading")
    assert response.context["form"]["scale"].value() == "tkr"


def test_a_scale_that_was_chosen_counts(client, controller):
    upload = received(ROWS[0])
    client.post(step(upload, "reading"), {"source": default_source().pk, "scale": "tkr"})
    upload.refresh_from_db()
    assert upload.result["booking"]["sum"] == "1000000.00"


def test_a_reading_is_kept_as_a_profile(client, controller):
    upload = received()
    client.post(step(upload, "reading"), {"source": default_source().pk, "save_as": "Månadsfilen"})
    profile = ImportProfile.objects.get()
    assert (profile.name, profile.code, profile.source) == ("Månadsfilen", "manadsfilen", default_source())
    assert profile.columns["Kst"] == "cost_centre"
    assert profile.history.get().history_user == controller


def test_the_next_file_is_read_with_the_profile(client, controller):
    client.post(step(received(), "reading"), {"source": default_source().pk, "save_as": "Månadsfilen"})
    page = text(client.get(step(received(ROWS[0]), "reading")))
    assert "Läses med profilen Månadsfilen" in page


def test_what_a_form_lacks_is_said(client, controller):
    upload = received()
    response = client.post(step(upload, "reading"), {"source": "", "period": "mars"})
    assert response.status_code == 422
    assert "Välj vilket ekonomisystem" in text(response)
    assert "till exempel 202503" in text(response)


def test_a_file_without_periods_asks_for_one(client, controller):
    upload = received("5010;1100;10,00", header="Konto;Kst;Belopp")
    page = client.get(step(upload, "reading"))
    assert page.status_code == 200
    response = client.post(step(upload, "reading"), {"source": default_source().pk, "period": "202503"}, follow=True)
    assert "1 rad, 10,00 kr" in text(response)


def test_a_file_that_is_no_ledger_says_why(client, controller):
    response = send(client, file(b"\x00\x01\x02" * 500, name="bild.csv"))
    assert response.status_code == 200
    assert "går inte att läsa" in text(response)


# Its preview


def test_the_preview_says_what_would_be_booked(client, controller):
    page = text(client.get(step(previewed(), "preview")))
    assert "3 rader, 3 000,25 kr, 2 okända konton" in page
    assert "Bokför 3 rader" in page
    assert "Skapa 5 nya koder" in page


def test_before_it_is_read_the_preview_leads_back(client, controller):
    upload = received()
    assert client.get(step(upload, "preview")).headers["Location"] == step(upload, "reading")
    assert client.get(step(upload)).headers["Location"] == step(upload, "reading")


def test_a_large_file_shows_how_far_it_has_come(client, controller, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = previewed()
    upload_files.ProgressFile(upload)("reading", 50, 100)
    assert "Läser filen" in text(client.get(step(upload, "preview")))
    part = client.get(step(upload, "preview"), headers={"HX-Request": "true"})
    assert "Läser filen" in text(part)
    assert "<html" not in text(part)
    tasks.preview_upload(upload_id=upload.pk)
    done = client.get(step(upload, "preview"), headers={"HX-Request": "true"})
    assert done.headers["HX-Refresh"] == "true"


def test_a_job_that_is_no_more_leaves_a_file_to_try_again(client, controller, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = previewed()
    Upload.objects.filter(pk=upload.pk).update(job_id=10**9)
    response = client.get(step(upload, "preview"), follow=True)
    assert "Arbetet avbröts" in text(response)
    monkeypatch.setattr(uploads, "AT_ONCE", 10**9)
    assert "Bokför 3 rader" in text(client.post(step(upload, "run"), follow=True))


def test_errors_are_listed_and_can_be_downloaded(client, controller):
    upload = previewed(ROWS[0], "202503;5010;;1100;;9;2025-03-14;Fel;12 34,50")
    page = text(client.get(step(upload, "preview")))
    assert "Filen bokförs inte som den är" in page
    assert "12 34,50" in page
    table = client.get(step(upload, "errors"))
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.headers["Cache-Control"] == "no-store"
    assert "3;Belopp;12 34,50;" in downloaded(table)


def test_a_file_without_errors_has_none_to_download(client, controller):
    for name in ("errors", "wrong-rows", "right-rows"):
        assert client.get(step(previewed(), name)).status_code == 404


def test_a_wrong_code_is_booked_on_the_right_one(client, controller):
    AccountFactory(chart=default_source().chart, group=None, code="5010")
    upload = previewed("202503;501O;;;;1;;;5,00")
    response = client.post(step(upload, "codes"), {"account-0": "5010"}, follow=True)
    assert "1 rad, 5,00 kr" in text(response)
    assert "okänt konto" not in text(response)


def test_a_code_that_is_not_in_the_register_is_said(client, controller):
    response = client.post(step(previewed(), "codes"), {"account-0": "9999"})
    assert response.status_code == 422
    assert "9999 finns inte i registret" in text(response)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Kryssa för att skapa koderna"),
        ({"create_codes": "on", "control_total": "3 000,24"}, "Filens summa är 3 000,25 kr. Det skiljer +0,01 kr."),
        ({"create_codes": "on", "control_total": "tre"}, "Kontrollsumma"),
    ],
)
def test_what_must_be_decided_first_is_said(client, controller, given, said):
    upload = previewed()
    response = client.post(step(upload, "book"), given)
    assert response.status_code == 422
    assert said in text(response)
    assert not ProcrastinateJob.objects.filter(task_name=background.BOOK).exists()


def test_a_known_difference_from_the_control_total_is_booked_and_kept(client, controller):
    upload = previewed()
    given = {"create_codes": "on", "control_total": "3 000,24"}
    assert "Bokför ändå" in text(client.post(step(upload, "book"), given))
    client.post(step(upload, "book"), {**given, "may_differ": "on"})
    tasks.book_upload(upload_id=upload.pk)
    batch = ImportBatch.objects.differing().get()
    assert (str(batch.stated_total), batch.stated_by, str(batch.difference)) == ("3000.24", controller, "0.01")
    page = text(client.get(step(upload, "receipt")))
    assert "3 000,24 kr, filen skiljer +0,01 kr" in page


def test_a_control_total_that_agrees_stands_in_the_receipt(client, controller):
    upload = previewed()
    assert "Bokför ändå" not in text(client.get(step(upload, "preview")))
    client.post(step(upload, "book"), {"create_codes": "on", "control_total": "3000.25"})
    tasks.book_upload(upload_id=upload.pk)
    assert "3 000,25 kr, stämmer" in text(client.get(step(upload, "receipt")))
    assert not ImportBatch.objects.differing().exists()


def test_the_book_button_books_in_the_background_and_the_page_can_be_closed(client, controller):
    upload = previewed()
    given = {"create_codes": "on", "control_total": "3000.25"}
    response = client.post(step(upload, "book"), given, follow=True)
    assert response.redirect_chain[-1][0] == step(upload, "receipt")
    assert "Du kan stänga sidan" in text(response)
    tasks.book_upload(upload_id=upload.pk)
    page = text(client.get(step(upload, "receipt")))
    assert "3 rader är bokförda, 3 000,25 kr" in page
    assert Upload.objects.get().sha256 in page


def test_pressing_the_button_twice_books_once(client, controller):
    upload = previewed()
    for _press in range(2):
        client.post(step(upload, "book"), {"create_codes": "on"})
    assert ProcrastinateJob.objects.filter(task_name=background.BOOK).count() == 1


def test_who_says_yes_to_a_booking_is_recorded_once_with_where_from(client, controller):
    upload = previewed()
    client.post(step(upload, "book"), {"control_total": "1"})
    assert not AuditEntry.objects.filter(event=AuditEvent.IMPORT_ORDERED).exists()
    for _press in range(2):
        client.post(step(upload, "book"), {"create_codes": "on"}, REMOTE_ADDR="192.0.2.7")
    entry = AuditEntry.objects.get(event=AuditEvent.IMPORT_ORDERED)
    assert (entry.user, entry.address) == (controller, "192.0.2.7")


def test_going_back_after_the_booking_leads_to_the_receipt(client, controller):
    upload = previewed()
    client.post(step(upload, "book"), {"create_codes": "on"})
    for name in ("preview", "reading", ""):
        assert client.get(step(upload, name), follow=True).redirect_chain[-1][0] == step(upload, "receipt")
    for name in ("run", "codes", "abandon", "book"):
        client.post(step(upload, name))
    assert Upload.objects.get().state == UploadState.BOOKING


def test_a_ledger_that_has_changed_gives_a_new_preview_first(client, controller, tmp_path):
    upload = previewed()
    book(write(tmp_path, ROWS[0]))
    response = client.post(step(upload, "book"), {"create_codes": "on"}, follow=True)
    assert "Huvudboken har ändrats" in text(response)
    assert "Perioden är bokförd förut" in text(response)


def test_a_booking_that_was_refused_shows_where(client, controller, tmp_path):
    upload = previewed()
    client.post(step(upload, "book"), {"create_codes": "on"})
    batch = book(write(tmp_path, *ROWS)).batch
    tasks.book_upload(upload_id=upload.pk)
    page = text(client.get(step(upload, "receipt"), follow=True))
    assert "redan bokförd" in page
    assert f"Se import {batch}" in page


def test_the_number_of_queries_is_the_same_for_any_file(client, controller, django_assert_max_num_queries):
    few = previewed(ROWS[0])
    many = previewed(
        *(row.replace("1100", f"12{n:02}").replace("5010", f"50{n:02}") for n in range(30) for row in ROWS)
    )
    for name in ("preview", "reading"):
        client.get(step(few, name))
        with django_assert_max_num_queries(20) as counted:
            client.get(step(few, name))
        with django_assert_max_num_queries(len(counted)):
            client.get(step(many, name))


def test_the_list_of_files_on_their_way_takes_the_same_queries(client, controller, django_assert_max_num_queries):
    received()
    client.get(NEW)
    with django_assert_max_num_queries(20) as counted:
        client.get(NEW)
    for number in range(30):
        received(ROWS[number % 3])
    with django_assert_max_num_queries(len(counted)):
        client.get(NEW)


WRONG = "202503;5010;;1100;;9;2025-03-14;Fel;12 34,50"


def downloaded(response) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_all_errors_can_be_downloaded_also_those_that_are_not_listed(client, controller):
    upload = previewed(ROWS[0], *[WRONG] * 1100)
    page = text(client.get(step(upload, "preview")))
    assert "1 100 fel, de första 1000 visas" in page
    assert len(downloaded(client.get(step(upload, "errors"))).splitlines()) == 1101


def test_the_rows_with_errors_and_those_without_can_be_downloaded_apart(client, controller):
    upload = previewed(ROWS[0], WRONG, ROWS[1])
    wrong, right = (client.get(step(upload, name)) for name in ("wrong-rows", "right-rows"))
    assert "12 34,50" in downloaded(wrong).splitlines()[1]
    rest = downloaded(right)
    assert rest.splitlines() == [HEADER, ROWS[0], ROWS[1]]
    send(client, file(rest.encode(), name="rest.csv"))
    assert Upload.objects.filter(file_name="rest.csv").exists()


@pytest.fixture
def negative():
    """A file with costs that are nearly all negative, on an account that is known to be one."""
    return [ROWS[0].replace("1000,00", "-5,00")] * 9


def test_signs_that_look_turned_are_asked_about(client, controller, negative):
    upload = previewed(*negative)
    assert "9 av 9 rader på kostnadskonton är negativa" in text(client.get(step(upload, "preview")))
    response = client.post(step(upload, "book"), {"create_codes": "on"})
    assert "Bekräfta att tecknen stämmer" in text(response)
    client.post(step(upload, "book"), {"create_codes": "on", "signs": "on"})
    tasks.book_upload(upload_id=upload.pk)
    assert str(ImportBatch.objects.get().total) == "-45.00"


def test_signs_can_be_turned_at_once(client, controller, negative):
    upload = previewed(*negative)
    page = text(client.post(step(upload, "turn"), follow=True))
    assert "9 rader, 45,00 kr" in page
    assert "Tecknen ser omvända ut" not in page
