"""A right that is withdrawn while it is being used: it holds for what has begun, and for nothing after."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve, reverse

from finance.actions import upload_files, uploads
from finance.models import Upload
from goals.actions import check_ins
from goals.views import check_ins as views
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.finance import AccountFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import PersonFactory, UnitFactory
from tests.finance.ledger_files import ROWS, default_source
from tests.finance.uploaded import content, previewed
from tests.project.test_rights import LINES, VIEWS
from vp_portal.core import roles
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import RoleGrant, User
from vp_portal.core.uploads import DiskUploadHandler

FORM = {"occasion": "2025T2", "status": "on_plan", "progress": "40", "confidence": "medium", "comment": "Det går."}


def elsewhere(work):
    """Does something over a connection of its own; the thread, to be waited for."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_right_withdrawn_during_a_write_waits_until_the_write_is_done(client, today, monkeypatch):
    user, result = UserFactory(role=Role.PLAN_OWNER), ExpectedResultFactory(focus_area__plan__first_year=2025)
    client.force_login(user)
    page = reverse("goals:result", kwargs={"number": result.number})
    form = {**filled(client, page), **FORM}
    make, waiting = check_ins.make, []

    def make_slowly(**values):
        thread = elsewhere(lambda: roles.withdraw(user, Role.PLAN_OWNER, on=today, by=None))
        thread.join(0.5)
        waiting.append(thread)
        assert thread.is_alive()
        return make(**values)

    monkeypatch.setattr(check_ins, "make", make_slowly)
    client.post(reverse("goals:check_in", kwargs={"number": result.number}), form)
    waiting[0].join(10)
    assert result.check_ins.count() == 1
    assert not has_role(User.objects.get(pk=user.pk), Role.PLAN_OWNER)


@pytest.mark.django_db
def test_a_right_known_from_before_is_asked_for_anew_before_a_write(today):
    user, result = UserFactory(role=Role.PLAN_OWNER), ExpectedResultFactory()
    assert has_role(user, Role.PLAN_OWNER)
    RoleGrant.objects.filter(user=user).delete()
    request = RequestFactory().post("/", FORM)
    request.user = user
    with pytest.raises(PermissionDenied):
        views.check_in(request, number=result.number)
    assert not result.check_ins.exists()


@pytest.mark.django_db
def test_an_account_closed_in_the_meantime_writes_nothing(today):
    user, result = UserFactory(role=Role.PLAN_OWNER), ExpectedResultFactory()
    User.objects.filter(pk=user.pk).update(is_active=False)
    request = RequestFactory().post("/", FORM)
    request.user = user
    with pytest.raises(PermissionDenied):
        views.check_in(request, number=result.number)


@pytest.mark.django_db
def test_a_register_is_saved_under_the_account_as_it_is(client, monkeypatch):
    """The session's user is loaded before the account is closed; the save comes after."""
    boss = AdminUserFactory()
    unit = UnitFactory(manager=PersonFactory())
    client.force_login(boss)
    url = address(type(unit), "change", unit.pk)
    form = filled(client, url, name="Nytt namn")
    from vp_portal.core.admin_site import PortalAdminSite

    let_in = PortalAdminSite.has_permission

    def close_after(site, request):
        allowed = let_in(site, request)
        User.objects.filter(pk=boss.pk).update(is_active=False)
        return allowed

    monkeypatch.setattr(PortalAdminSite, "has_permission", close_after)
    assert client.post(url, form).status_code == 403
    unit.refresh_from_db()
    assert unit.name != "Nytt namn"


# Every address

#: What is sent to without a right being held, and why.
UNHELD = {
    "core:csp_report": "a line in the log, from anybody",
    "core:theme": "a cookie of one's own",
    "end_session": "one's own sessions, and less of them",
    "sign_out_everywhere": "one's own sessions, and less of them",
    "goals:export": "everyone's to read",
    "goals:import": "works out what would change and takes it back",
    "goals:section_preview": "shows a text as it would look",
    "finance:budget_preview": "works out what would change; what is kept of it is stored by an address that holds",
    "finance:upload_receive": "reads a long body first; what keeps its files holds, as is shown below",
    "finance:upload_correct": "reads a long body first; what keeps its files holds, as is shown below",
}


def test_every_address_that_writes_holds_the_right_it_needs():
    """One's own sign-in (allauth's addresses, and ours in their names) has nobody's rights but one's own."""
    sent_to = {line.address for line in LINES if "POST" in line.methods and ":" in line.address}
    sent_to = {address for address in sent_to if not address.startswith("admin:")} | {"end_session"}
    unheld = {address for address in sent_to if not hasattr(VIEWS[address], "holds_the_right")}
    assert unheld == set(UNHELD) - {"sign_out_everywhere"}


# A file on its way

WRONG = "202503;0040;;1100;;9;2025-03-14;Fel;12 34,50"
#: What is done with an uploaded file: where it is asked for, what is sent, what does it.
STEPS = {
    "run": ({}, "start_preview"),
    "codes": ({"account-0": "5010"}, "choose"),
    "turn": ({}, "turn_signs"),
    "book": ({"create_codes": "on"}, "confirm"),
    "abandon": ({}, "abandon"),
}


@pytest.fixture
def upload(settings, tmp_path, today):
    settings.UPLOAD_FOLDER, settings.MEDIA_ROOT = tmp_path / "uploads", tmp_path
    return previewed(*ROWS)


def as_it_is(upload):
    return Upload.objects.filter(pk=upload.pk).values().get()


def posted(user, path, sent):
    """What the address answers a user who was loaded before."""
    request = RequestFactory().post(path, sent)
    request.user, request._dont_enforce_csrf_checks = user, True
    found = resolve(path)
    return found.func(request, **found.kwargs)


@pytest.mark.django_db
@pytest.mark.parametrize("step", [*STEPS, "reading"])
def test_what_is_done_with_a_file_asks_for_the_right_anew(upload, step):
    user, before = UserFactory(role=Role.CONTROLLER), as_it_is(upload)
    assert has_role(user, Role.CONTROLLER)
    RoleGrant.objects.filter(user=user).delete()
    sent = STEPS[step][0] if step in STEPS else {"again": "1"}
    with pytest.raises(PermissionDenied):
        posted(user, f"/finance/imports/uploads/{upload.pk}/{step}/", sent)
    assert (as_it_is(upload), upload_files.path_of(upload).exists()) == (before, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_a_right_withdrawn_while_a_file_is_dealt_with_waits(client, upload, today, monkeypatch, step):
    form, action = STEPS[step]
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
def test_a_file_is_not_kept_for_who_lost_the_right_while_it_was_sent(client, upload, withdrawn_on_the_way):
    client.force_login(withdrawn_on_the_way)
    sent = {"files": SimpleUploadedFile("april.csv", content(ROWS[0]))}
    assert client.post("/finance/imports/receive/", sent).status_code == 403
    assert Upload.objects.get() == upload
    assert [path.name for path in upload_files.folder().iterdir()] == [upload.file_id.hex]


@pytest.mark.django_db
def test_corrected_rows_are_not_taken_from_who_lost_the_right_while_they_were_sent(
    client, upload, withdrawn_on_the_way
):
    wrong = previewed(ROWS[0], WRONG)
    client.force_login(withdrawn_on_the_way)
    before = as_it_is(wrong)
    sent = {"corrected": SimpleUploadedFile("rättade.csv", content(ROWS[0]))}
    assert client.post(f"/finance/imports/uploads/{wrong.pk}/correct/", sent).status_code == 403
    assert (as_it_is(wrong), Upload.objects.count()) == (before, 2)
    assert len(list(upload_files.folder().iterdir())) == 2
