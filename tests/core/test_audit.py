from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import ProgrammingError, connection, transaction
from django.test import RequestFactory

from tests.factories.core import UserFactory
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, AuditSeal, Immutable

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of():
    def request_of(user, **meta):
        request = RequestFactory().get("/", **meta)
        request.user, request.id = user, "b3f1"
        return request

    return request_of


def test_a_row_says_who_from_where_and_in_which_request(request_of):
    user = UserFactory(first_name="Åsa", last_name="Ek", username="asa")
    entry = audit.record(
        AuditEvent.EXPORT, request=request_of(user, REMOTE_ADDR="192.0.2.7"), target="resultat", rows=3
    )
    entry.refresh_from_db()
    assert (entry.user_id, entry.user_name) == (user.pk, "Åsa Ek (asa)")
    assert (entry.address, entry.request_id) == ("192.0.2.7", "b3f1")
    assert (entry.target, entry.detail) == ("resultat", {"rows": 3})
    assert entry.at


def test_a_row_names_the_row_it_was_about():
    user = UserFactory()
    entry = audit.record(AuditEvent.RIGHTS_CHANGED, user=user, target=user)
    assert (entry.target, entry.target_model, entry.target_id) == (str(user), "core.User", str(user.pk))


def test_who_is_not_signed_in_leaves_the_address_alone(request_of):
    entry = audit.record(AuditEvent.SIGN_IN_FAILED, request=request_of(AnonymousUser(), REMOTE_ADDR="2001:db8::1"))
    assert (entry.user_id, entry.user_name, entry.address) == (None, "", "2001:db8::1")


@pytest.mark.parametrize("address", ["", "unix:", "1.2.3.4, 5.6.7.8"])
def test_what_is_no_address_is_left_out(request_of, address):
    assert audit.record(AuditEvent.SIGN_OUT, request=request_of(AnonymousUser(), REMOTE_ADDR=address)).address is None


@pytest.mark.parametrize("amount", [Decimal(1), 1.5, [Decimal(1)], {"sum": 2.5}])
def test_an_amount_is_refused(amount):
    with pytest.raises(TypeError):
        audit.record(AuditEvent.EXPORT, amount=amount)


@pytest.mark.parametrize("number", ["811228-9874", "198112289874", "8112289874", "19811228-9874"])
def test_a_personal_number_is_masked(number):
    entry = audit.record(AuditEvent.EXPORT, target=f"sökte {number}", words=[number])
    assert entry.target == "sökte [personnummer]"
    assert entry.detail == {"words": ["[personnummer]"]}


def test_another_number_is_kept():
    assert audit.record(AuditEvent.EXPORT, target="projekt 8112289875").target == "projekt 8112289875"


def test_text_that_the_database_cannot_hold_is_no_error():
    entry = audit.record(AuditEvent.REFUSED, target="a\0b" * 500, path="\0")
    assert entry.detail == {"path": ""}


def test_what_is_rolled_back_leaves_no_row():
    with transaction.atomic():
        audit.record(AuditEvent.EXPORT)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
def test_the_code_cannot_change_a_row(model):
    audit.record(AuditEvent.EXPORT)
    with pytest.raises(Immutable):
        model.objects.all().delete()
    with pytest.raises(Immutable):
        model.objects.update(pk=7)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Immutable):
        model.objects.get().save()
    with pytest.raises(Immutable):
        model.objects.get().delete()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET event = 'sign_out'",
        "DELETE FROM core_auditentry",
        "UPDATE core_auditseal SET position = 7",
        "DELETE FROM core_auditseal",
    ],
)
def test_the_database_refuses_to_change_a_row(statement):
    audit.record(AuditEvent.EXPORT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(ProgrammingError, match=r"only ever added to|permission denied"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_account_can_go_and_the_row_stays():
    user = UserFactory(username="borta", first_name="", last_name="")
    entry = audit.record(AuditEvent.SIGN_IN, user=user)
    user.delete()
    entry.refresh_from_db()
    assert entry.user_name == "borta"
