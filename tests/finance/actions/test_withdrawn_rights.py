"""What changes the ledger asks for the right anew, and holds it: one withdrawn in the meantime changes nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse

from finance import tasks
from finance.actions import periods as period_actions
from finance.actions import uploads
from finance.actions.upload_choices import Decisions
from finance.choices import UploadState
from finance.models import ImportBatch, PeriodLock, Upload
from finance.views import periods, previews, readings, undoing
from finance.views import uploads as uploads_views
from tests.factories.core import UserFactory
from tests.finance.ledger_files import AT, ROWS, book, write
from tests.finance.uploaded import previewed
from tests.project.test_races import elsewhere
from vp_portal.core import roles
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import RoleGrant, User
from vp_portal.core.periods import Period

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
