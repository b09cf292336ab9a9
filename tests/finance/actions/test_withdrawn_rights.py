"""What changes the ledger asks for the right anew, and holds it: one withdrawn in the meantime changes nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse

from finance import tasks
from finance.actions import periods as period_actions
from finance.actions import upload_files, uploads
from finance.actions.upload_choices import Decisions
from finance.choices import UploadState
from finance.models import ImportBatch, PeriodLock, Upload
from finance.views import periods, previews, readings, undoing
from finance.views import uploads as uploads_views
from tests.factories.core import UserFactory
from tests.factories.finance import AccountFactory
from tests.finance.ledger_files import AT, ROWS, book, default_source, write
from tests.finance.uploaded import content, previewed
from tests.project.test_races import elsewhere
from vp_portal.core import roles
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import RoleGrant, User
from vp_portal.core.periods import Period
from vp_portal.core.uploads import DiskUploadHandler

REASON = {"reason": "Fel fil"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, today):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path


def asked_with_a_right_that_is_gone(role: Role, form: dict[str, object]):
    """A request of someone who was let in a moment before the role was withdrawn."""
    request = RequestFactory().post("/", form)
    request.user = UserFactory(role=role)
    assert has_role(request.user, role)
    RoleGrant.objects.filter(user=request.user).delete()
    return request


@pytest.mark.django_db
def test_no_import_is_taken_back(tmp_path):
    book(write(tmp_path, *ROWS))
    batch = ImportBatch.objects.get()
    with pytest.raises(PermissionDenied):
        undoing.undo(asked_with_a_right_that_is_gone(Role.CONTROLLER, REASON), pk=batch.pk)
    assert ImportBatch.objects.in_force().exists()


@pytest.mark.django_db
def test_no_period_is_locked():
    with pytest.raises(PermissionDenied):
        periods.lock(asked_with_a_right_that_is_gone(Role.CONTROLLER, REASON), number=202503)
    assert not PeriodLock.objects.exists()


@pytest.mark.django_db
def test_no_period_is_opened():
    period_actions.lock(Period(202503), by=None, at=AT, reason="Stängt")
    with pytest.raises(PermissionDenied):
        periods.unlock(asked_with_a_right_that_is_gone(Role.ADMINISTRATOR, REASON), number=202503)
    assert PeriodLock.objects.in_force().exists()


@pytest.mark.django_db
def test_no_booking_is_ordered(client):
    upload = previewed()
    form = dict.fromkeys(("create_codes", "confirm", "signs_are_right"), "on")
    with pytest.raises(PermissionDenied):
        previews.book(asked_with_a_right_that_is_gone(Role.CONTROLLER, form), pk=upload.pk)
    upload.refresh_from_db()
    assert upload.state == UploadState.PREVIEWED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "view", [uploads_views.abandon, previews.run, previews.map_codes, previews.turn, readings.reading]
)
def test_a_file_on_its_way_stays_as_it_is(view):
    upload = previewed()
    before = Upload.objects.values().get()
    with pytest.raises(PermissionDenied):
        view(asked_with_a_right_that_is_gone(Role.CONTROLLER, {}), pk=upload.pk)
    assert Upload.objects.values().get() == before


@pytest.mark.django_db
def test_a_booking_that_waits_its_turn_is_not_made(today):
    upload = previewed()
    uploads.confirm(upload, Decisions(create_codes=True), by=upload.uploaded_by, at=AT)
    roles.withdraw(upload.uploaded_by, Role.CONTROLLER, on=today, by=None)
    tasks.book_upload(upload_id=upload.pk)
    upload.refresh_from_db()
    assert upload.state == UploadState.REFUSED
    assert "får inte längre bokföra" in upload.result["booking"]["errors"][0]["reason"]
    assert not ImportBatch.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("partitions_go")
def test_a_right_withdrawn_while_an_import_is_taken_back_waits_until_it_is_done(client, today, tmp_path, monkeypatch):
    user = UserFactory(role=Role.CONTROLLER)
    book(write(tmp_path, *ROWS))
    batch = ImportBatch.objects.get()
    client.force_login(user)
    take_back, waiting = undoing.take_back, []

    def slowly(*args, **values):
        thread = elsewhere(lambda: roles.withdraw(user, Role.CONTROLLER, on=today, by=None))
        thread.join(0.5)
        waiting.append(thread)
        assert thread.is_alive()
        return take_back(*args, **values)

    monkeypatch.setattr(undoing, "take_back", slowly)
    client.post(reverse("finance:undo", args=[batch.pk]), REASON)
    waiting[0].join(10)
    assert not ImportBatch.objects.in_force().exists()
    assert not has_role(User.objects.get(pk=user.pk), Role.CONTROLLER)


#: What is done with a file on its way: what is sent, and what does it.
STEPS = {
    "run": ({}, "start_preview"),
    "codes": ({"account-0": "5010"}, "choose"),
    "turn": ({}, "turn_signs"),
    "book": ({"create_codes": "on"}, "confirm"),
    "abandon": ({}, "abandon"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_a_right_withdrawn_while_a_file_is_dealt_with_waits(client, today, monkeypatch, step):
    form, action = STEPS[step]
    upload = previewed()
    AccountFactory(code="5010", chart=default_source().chart)
    user = UserFactory(role=Role.CONTROLLER)
    client.force_login(user)
    do, waiting = getattr(uploads, action), []

    def slowly(*args, **values):
        if not waiting:
            waiting.append(elsewhere(lambda: roles.withdraw(user, Role.CONTROLLER, on=today, by=None)))
            waiting[0].join(0.5)
            assert waiting[0].is_alive()
        return do(*args, **values)

    monkeypatch.setattr(uploads, action, slowly)
    path = f"/finance/imports/uploads/{upload.pk}/"
    assert client.post(f"{path}{step}/", form).status_code == 302
    waiting[0].join(10)
    assert not has_role(User.objects.get(pk=user.pk), Role.CONTROLLER)
    assert client.post(f"{path}{step}/", form).status_code == 403


@pytest.fixture
def withdrawn_on_the_way(monkeypatch):
    """A controller whose right is gone when the file that he or she sends has come in."""
    user, complete = UserFactory(role=Role.CONTROLLER), DiskUploadHandler.file_complete

    def withdraw(handler, size):
        complete(handler, size)
        RoleGrant.objects.filter(user=user).delete()

    monkeypatch.setattr(DiskUploadHandler, "file_complete", withdraw)
    return user


@pytest.mark.django_db
def test_a_file_is_not_kept_for_who_lost_the_right_while_it_was_sent(client, withdrawn_on_the_way):
    client.force_login(withdrawn_on_the_way)
    upload = previewed()
    sent = {"files": SimpleUploadedFile("april.csv", content(ROWS[0]))}
    assert client.post("/finance/imports/receive/", sent).status_code == 403
    assert Upload.objects.get() == upload
    assert [path.name for path in upload_files.folder().iterdir()] == [upload.file_id.hex]


@pytest.mark.django_db
def test_corrected_rows_are_not_taken_from_who_lost_the_right_while_they_were_sent(client, withdrawn_on_the_way):
    wrong = previewed(ROWS[0], "202503;0040;;1100;;9;2025-03-14;Fel;12 34,50")
    client.force_login(withdrawn_on_the_way)
    before = Upload.objects.values().get()
    sent = {"corrected": SimpleUploadedFile("rättade.csv", content(ROWS[0]))}
    assert client.post(f"/finance/imports/uploads/{wrong.pk}/correct/", sent).status_code == 403
    assert Upload.objects.values().get() == before
    assert len(list(upload_files.folder().iterdir())) == 1
