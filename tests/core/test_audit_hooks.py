import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client

from tests.factories.core import PASSWORD, AdminUserFactory, UserFactory
from vp_portal.core import audit, audit_hooks
from vp_portal.core.audit_hooks import file_name
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def only(event):
    return AuditEntry.objects.get(event=event)


def test_a_sign_in_is_recorded(client):
    user = UserFactory()
    assert client.post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 302
    assert (only(AuditEvent.SIGN_IN).user_id, only(AuditEvent.SIGN_IN).address) == (user.pk, "127.0.0.1")


def test_a_sign_out_is_recorded(client):
    user = UserFactory()
    client.force_login(user)
    client.post("/sign-out/")
    assert only(AuditEvent.SIGN_OUT).user_id == user.pk


def test_a_failed_sign_in_is_recorded_on_the_account(client):
    user = UserFactory()
    client.post("/sign-in/", {"username": user.username, "password": "fel"})
    entry = only(AuditEvent.SIGN_IN_FAILED)
    assert (entry.user_id, entry.detail) == (user.pk, {"known": True})


def test_a_name_that_no_account_has_is_not_kept(client):
    client.post("/sign-in/", {"username": "mitt hemliga ord", "password": "fel"})
    entry = only(AuditEvent.SIGN_IN_FAILED)
    assert (entry.user_id, entry.user_name, entry.target, entry.detail) == (None, "", "", {"known": False})


def test_a_page_without_the_right_is_recorded(client):
    user = UserFactory()
    client.force_login(user)
    assert client.get("/finance/imports/?source=1").status_code == 403
    entry = only(AuditEvent.REFUSED)
    assert (entry.user_id, entry.target) == (user.pk, "/finance/imports/")
    assert entry.detail == {"view": "finance:imports", "method": "GET", "status": 403, "filters": ["source"]}


def test_a_key_in_the_address_of_a_refusal_is_left_out(client):
    client.force_login(UserFactory())
    assert client.get("/plan/calendar/a-key-that-opens.ics").status_code == 404
    assert only(AuditEvent.REFUSED).target == "/plan/calendar/….ics"


def test_an_object_that_is_not_there_for_the_user_is_recorded(client):
    client.force_login(UserFactory())
    assert client.get("/services/units/NONE/").status_code == 404
    assert only(AuditEvent.REFUSED).detail["status"] == 404


def test_what_is_not_found_is_recorded_so_many_times_a_minute(client, monkeypatch):
    monkeypatch.setattr(audit_hooks, "MOST_NOT_FOUND", 2)
    client.force_login(UserFactory())
    assert {client.get(f"/services/units/NONE{number}/").status_code for number in range(4)} == {404}
    assert client.get("/finance/imports/").status_code == 403
    recorded = AuditEntry.objects.filter(event=AuditEvent.REFUSED).order_by("id")
    assert [entry.detail["status"] for entry in recorded] == [404, 404, 403]


def test_one_account_does_not_use_up_the_rows_of_another(client, monkeypatch):
    monkeypatch.setattr(audit_hooks, "MOST_NOT_FOUND", 1)
    for _user in range(2):
        client.force_login(UserFactory())
        client.get("/services/units/NONE/")
    assert AuditEntry.objects.filter(event=AuditEvent.REFUSED).count() == 2


def test_a_mistyped_address_is_not_recorded(client):
    client.force_login(UserFactory())
    assert client.get("/nothing/here/at/all/").status_code == 404
    assert not AuditEntry.objects.filter(event=AuditEvent.REFUSED).exists()


def test_a_form_without_its_token_is_recorded():
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/sign-in/", {"username": "x"}).status_code == 403
    assert only(AuditEvent.REFUSED).target == "/sign-in/"


def test_a_refusal_that_cannot_be_recorded_is_still_a_refusal(client, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    client.force_login(UserFactory())
    monkeypatch.setattr(audit, "record", fail)
    assert client.get("/finance/imports/").status_code == 403


def test_a_file_from_a_register_is_recorded(client):
    client.force_login(AdminUserFactory())
    response = client.post("/admin/services/orgunit/export/", {"format": "0", "resource": "0"})
    assert response.status_code == 200
    entry = only(AuditEvent.EXPORT)
    assert entry.target.startswith("enheter-")
    assert entry.detail["view"] == "admin:services_orgunit_export"


def test_a_file_that_cannot_be_recorded_is_not_handed_out(client, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    client.force_login(AdminUserFactory())
    client.raise_request_exception = False
    monkeypatch.setattr(audit, "record", fail)
    response = client.post("/admin/services/orgunit/export/", {"format": "0", "resource": "0"})
    assert response.status_code >= 500


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=UTF-8''r%C3%A5%20data.csv", "rå data.csv"),
        ('attachment; filename="a.xlsx"', "a.xlsx"),
        ("attachment", "?"),
        ("inline; filename=a.pdf", ""),
    ],
)
def test_the_name_of_a_file_is_found(header, name):
    assert file_name(HttpResponse(headers={"Content-Disposition": header})) == name


def test_a_page_is_no_file():
    assert file_name(HttpResponse("hej")) == ""
