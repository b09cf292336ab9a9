"""What can be done with a booked file: fetched as it came, taken back, replaced; and periods that are locked."""

import pytest
from django.db.models import Sum

from finance import tasks
from finance.actions import imports, periods
from finance.choices import Sensitivity, UploadState
from finance.models import Account, ImportBatch, LedgerCell, PeriodLock, Posting, SupersededPosting
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, ROWS, book, write
from tests.finance.test_views_uploads import step, text
from tests.finance.uploaded import content, previewed
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db

MARCH = Period(202503)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, today):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def users():
    return {role: UserFactory(role=role) for role in (Role.CONTROLLER, Role.ADMINISTRATOR, Role.READER)}


@pytest.fixture
def as_(client, users):
    """The client, signed in as somebody with the role."""

    def sign_in(role):
        client.force_login(users[role])
        return client

    return sign_in


@pytest.fixture
def batch(tmp_path) -> ImportBatch:
    return ImportBatch.objects.get(pk=book(write(tmp_path, *ROWS, name="mars-april.csv")).batch)


def page(batch: ImportBatch, name: str = "") -> str:
    return f"/finance/imports/{batch.pk}/" + (f"{name}/" if name else "")


# The original


def test_the_original_comes_back_byte_for_byte_under_its_own_name(as_, batch):
    response = as_(Role.CONTROLLER).get(page(batch, "file"))
    assert b"".join(response.streaming_content) == content()
    assert response.headers["Content-Disposition"].startswith('attachment; filename="mars-april.csv";')
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_name_that_a_disk_would_misread_is_made_safe(as_, batch):
    ImportBatch.objects.filter(pk=batch.pk).update(file_name='mars.zip: ../../a"b.csv')
    response = as_(Role.CONTROLLER).get(page(batch, "file"))
    response.close()
    assert response.headers["Content-Disposition"].startswith('attachment; filename="mars.zip--..-..-a-b.csv";')


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.READER])
def test_the_original_holds_every_row_so_others_may_not_have_it(as_, batch, role):
    assert as_(role).get(page(batch, "file")).status_code == 403


def test_a_file_that_was_not_kept_is_not_found(as_, batch, tmp_path):
    (tmp_path / batch.stored_file).unlink()
    assert as_(Role.CONTROLLER).get(page(batch, "file")).status_code == 404


# Taking it back


def test_an_import_is_taken_back_with_a_reason(as_, users, batch):
    client = as_(Role.CONTROLLER)
    assert "Ta tillbaka importen" in text(client.get(page(batch)))
    assert "3 rader, 3 000,25 kr, försvinner" in text(client.get(page(batch, "undo")))
    response = client.post(page(batch, "undo"), {"reason": "Fel månad"}, follow=True)
    assert "Importen är tillbakatagen" in text(response)
    assert not Posting.objects.exists()
    assert SupersededPosting.objects.count() == 3
    last = batch.history.latest()
    assert (last.history_user, last.history_change_reason) == (users[Role.CONTROLLER], "Fel månad")


def test_without_a_reason_nothing_is_taken_back(as_, batch):
    response = as_(Role.CONTROLLER).post(page(batch, "undo"), {"reason": " "})
    assert response.status_code == 422
    assert "Skriv varför" in text(response)
    assert Posting.objects.count() == 3


def test_an_import_that_is_taken_back_is_not_taken_back_again(as_, batch):
    client = as_(Role.CONTROLLER)
    client.post(page(batch, "undo"), {"reason": "Fel"})
    assert "redan tillbakatagen" in text(client.post(page(batch, "undo"), {"reason": "Fel"}, follow=True))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.READER])
def test_others_take_nothing_back(as_, batch, role):
    assert as_(role).post(page(batch, "undo"), {"reason": "x"}).status_code == 403
    assert Posting.objects.count() == 3


def test_a_locked_period_stays(as_, users, batch):
    periods.lock(MARCH, by=users[Role.CONTROLLER], at=AT, reason="Bokslut")
    response = as_(Role.CONTROLLER).post(page(batch, "undo"), {"reason": "Fel"})
    assert "Låst period: 2025-03" in text(response)
    assert Posting.objects.count() == 3


# Replacing it


def test_a_period_is_replaced_and_the_old_import_leads_to_the_new(as_, batch):
    client = as_(Role.CONTROLLER)
    upload = previewed(ROWS[0].replace("1000,00", "7,00"), *ROWS[1:], replaces=batch)
    shown = text(client.get(step(upload, "preview")))
    assert f"Ersätt import {batch.pk}" in shown
    assert "Ändrat" in shown
    client.post(step(upload, "book"), {"overlap": "replace"})
    tasks.book_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert (upload.state, Posting.objects.count(), SupersededPosting.objects.count()) == (UploadState.BOOKED, 3, 3)
    old = text(client.get(page(batch)))
    assert f"Ersatt av import {upload.batch_id}" in old


def test_a_file_that_lacks_a_period_cannot_replace(as_, batch):
    upload = previewed(ROWS[0].replace("1000,00", "7,00"))
    shown = text(as_(Role.CONTROLLER).get(step(upload, "preview")))
    assert "har också perioder som filen saknar" in shown
    assert f"Ersätt import {batch.pk}" not in shown


def test_a_file_is_added_beside_what_is_booked(as_, batch):
    upload = previewed(ROWS[0].replace("1000,00", "7,00"))
    as_(Role.CONTROLLER).post(step(upload, "book"), {"overlap": "add"})
    tasks.book_upload(upload_id=upload.pk)
    assert Posting.objects.count() == 4


def test_what_is_to_happen_must_be_chosen(as_, batch):
    upload = previewed(ROWS[0].replace("1000,00", "7,00"))
    response = as_(Role.CONTROLLER).post(step(upload, "book"))
    assert "Välj om filen ersätter" in text(response)


# Periods


def test_periods_are_listed_and_locked_with_a_reason(as_, users, batch):
    client = as_(Role.CONTROLLER)
    assert "2025-03" in text(client.get("/finance/periods/"))
    assert "Lås 2025-03?" in text(client.get("/finance/periods/202503/lock/"))
    response = client.post("/finance/periods/202503/lock/", {"reason": "Bokslut"}, follow=True)
    assert "2025-03 är låst" in text(response)
    held = PeriodLock.objects.in_force().get()
    assert (held.period, held.locked_by, held.reason) == (MARCH, users[Role.CONTROLLER], "Bokslut")


def test_only_an_administrator_opens_a_period(as_, users, batch):
    periods.lock(MARCH, by=users[Role.CONTROLLER], at=AT, reason="Bokslut")
    url = "/finance/periods/202503/unlock/"
    assert as_(Role.CONTROLLER).post(url, {"reason": "x"}).status_code == 403
    assert "Låst 2025-09-10 10.00: Bokslut" in text(as_(Role.ADMINISTRATOR).get(url))
    assert as_(Role.ADMINISTRATOR).post(url, {"reason": " "}).status_code == 422
    assert "2025-03 är öppen" in text(as_(Role.ADMINISTRATOR).post(url, {"reason": "Rättelse"}, follow=True))
    assert not PeriodLock.objects.in_force().exists()


def test_readers_see_no_periods_and_what_is_no_period_is_not_found(as_, batch):
    assert as_(Role.READER).get("/finance/periods/").status_code == 403
    assert as_(Role.READER).post("/finance/periods/202503/lock/", {"reason": "x"}).status_code == 403
    assert as_(Role.CONTROLLER).get("/finance/periods/202599/lock/").status_code == 404


def test_who_comes_second_is_told(as_, users, batch):
    periods.lock(MARCH, by=users[Role.CONTROLLER], at=AT, reason="Bokslut")
    response = as_(Role.CONTROLLER).post("/finance/periods/202503/lock/", {"reason": "x"}, follow=True)
    assert "Någon annan hann före" in text(response)


def test_a_file_for_a_locked_period_is_refused_with_why(as_, users, batch):
    periods.lock(MARCH, by=users[Role.CONTROLLER], at=AT, reason="Bokslut")
    upload = previewed(ROWS[0].replace("1000,00", "7,00"), by=users[Role.CONTROLLER])
    shown = text(as_(Role.CONTROLLER).get(step(upload, "preview")))
    assert "Låst period: 2025-03" in shown
    assert "Bokför 1 rad" not in shown


def test_an_administrator_who_is_a_controller_too_gives_a_reason(client, users, batch):
    periods.lock(MARCH, by=users[Role.CONTROLLER], at=AT, reason="Bokslut")
    both = UserFactory(role=[Role.CONTROLLER, Role.ADMINISTRATOR])
    client.force_login(both)
    upload = previewed(ROWS[0].replace("1000,00", "7,00"), by=both)
    assert "Skriv varför: perioden är låst" in text(client.post(step(upload, "book"), {"overlap": "add"}))
    client.post(step(upload, "book"), {"overlap": "add", "reason": "Sen rättelse"})
    tasks.book_upload(upload_id=upload.pk)
    assert Posting.objects.count() == 4


def test_rows_of_salaries_are_counted_for_controllers_alone(as_, batch):
    cell = LedgerCell.objects.filter(period=MARCH).first()
    Account.objects.filter(pk=cell.code_string.account_id).update(sensitivity=Sensitivity.SENSITIVE)
    whole = LedgerCell.objects.filter(period=MARCH).aggregate(rows=Sum("row_count"))["rows"]
    hidden = LedgerCell.objects.filter(period=MARCH, code_string__account=cell.code_string.account_id)
    left = whole - sum(hidden.values_list("row_count", flat=True))
    counted, told = {}, {}
    for role in (Role.CONTROLLER, Role.ADMINISTRATOR):
        response = as_(role).get("/finance/periods/")
        counted[role] = {row.period: row.rows for row in response.context["periods"]}[MARCH]
        told[role] = "Lönekostnader ingår inte" in response.content.decode()
    assert counted == {Role.CONTROLLER: whole, Role.ADMINISTRATOR: left}
    assert told == {Role.CONTROLLER: False, Role.ADMINISTRATOR: True}
    assert left < whole


def test_the_number_of_queries_does_not_grow_with_the_periods(as_, tmp_path, django_assert_max_num_queries):
    client = as_(Role.CONTROLLER)
    book(write(tmp_path, ROWS[0]))
    client.get("/finance/periods/")
    with django_assert_max_num_queries(20) as few:
        client.get("/finance/periods/")
    many = [ROWS[0].replace("202503", f"{year}{month:02}") for year in (2022, 2023, 2024) for month in range(1, 13)]
    assert book(write(tmp_path, *many, name="flera.csv")).status == imports.BOOKED
    with django_assert_max_num_queries(len(few)):
        assert len(client.get("/finance/periods/").context["periods"]) == 37
