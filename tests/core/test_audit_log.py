import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.core import AdminUserFactory, UserFactory
from vp_portal.core import audit, audit_log
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.core.spreadsheets import read_csv

pytestmark = pytest.mark.django_db
URL = "/audit/"


@pytest.fixture
def administrator(client):
    user = UserFactory(role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def targets(response):
    return [entry.target for entry, _who, _details in response.context["rows"]]


def put(count, event=AuditEvent.EXPORT, **more):
    return [audit.record(event, target=f"fil {number}", **more) for number in range(count)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_others_than_administrators_are_refused(client, role):
    put(1)
    client.force_login(UserFactory(role=role))
    response = client.get(URL)
    assert response.status_code == 403
    assert "fil 0" not in response.content.decode()


def test_an_administrator_reads_who_did_what_from_where(client, administrator):
    audit.record(AuditEvent.RIGHTS_CHANGED, user=administrator, target="Kim", what="given", role="controller")
    text = " ".join(client.get(URL).content.decode().split())
    assert "Rättigheter ändrade" in text
    assert audit.name_of(administrator) in text
    assert "Controller" in text
    assert "tilldelad" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"event": "export"}, {"fil 0"}),
        ({"user": "åsa"}, {"fil 1"}),
        ({"q": "FIL 2"}, {"fil 2"}),
        ({"q": "192.0.2."}, {"fil 3"}),
        ({"q": "abc123"}, {"fil 4"}),
        ({"since": "2025-02-01", "until": "2025-02-28"}, {"fil 5"}),
    ],
)
def test_the_filter_finds(client, administrator, query, expected):
    put(1)
    rows = [
        {"user_name": "Åsa Ek (asa)"},
        {},
        {"address": "192.0.2.7"},
        {"request_id": "abc123"},
        {"at": dt.datetime(2025, 2, 28, 22, 59, tzinfo=dt.UTC)},
    ]
    for number, values in enumerate(rows, 1):
        AuditEntry.objects.create(event=AuditEvent.DECISION, target=f"fil {number}", **values)
    assert set(targets(client.get(URL, query))) & {f"fil {n}" for n in range(6)} == expected


@pytest.mark.parametrize(
    "query", [{"event": "nonsens"}, {"since": "igår"}, {"since": "2025-02-02", "until": "2025-02-01"}, {"q": "\0"}]
)
def test_a_filter_that_cannot_be_understood_is_said(client, administrator, query):
    response = client.get(URL, query)
    assert response.status_code == 200
    assert "Filtret kan inte användas" in response.content.decode()


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "1.5", ""])
def test_a_place_that_is_none_is_the_newest(client, administrator, key):
    put(1)
    assert "fil 0" in targets(client.get(URL, {"before": key}))


def test_pages_follow_the_keys_both_ways():
    put(audit_log.PAGE_SIZE * 2 + 10)
    everything = AuditEntry.objects.order_by("-id")
    first = audit_log.page_of(everything)
    second = audit_log.page_of(everything, before=first.older)
    third = audit_log.page_of(everything, before=second.older)
    assert [len(page.entries) for page in (first, second, third)] == [50, 50, 10]
    assert (first.newer, third.older) == (None, None)
    back = audit_log.page_of(everything, after=third.newer)
    assert back.entries == second.entries
    assert audit_log.page_of(everything, after=back.newer).entries == first.entries


def test_the_page_takes_as_many_queries_with_many_rows_as_with_one(client, administrator):
    counts = []
    for more in (1, 30):
        put(more, user=administrator)
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_file_has_the_rows_of_the_filter_and_leaves_a_row_itself(client, administrator):
    put(2)
    put(1, AuditEvent.DECISION)
    response = client.get(URL, {"event": "export", "format": "csv"})
    headers, rows = read_csv(response.content)
    assert headers[:3] == ["Tidpunkt", "Händelse", "Vem"]
    assert [row[4] for row in rows] == ["fil 1", "fil 0"]
    newest = AuditEntry.objects.first()
    assert (newest.event, newest.user_id) == (AuditEvent.EXPORT, administrator.pk)


def test_too_many_rows_for_a_file_are_said(client, administrator, monkeypatch):
    monkeypatch.setattr("vp_portal.core.exports.MOST_ROWS", 3)
    put(4)
    response = client.get(URL, {"format": "csv"})
    assert "För många rader" in response.content.decode()


def test_what_is_not_a_format_is_refused(client, administrator):
    assert client.get(URL, {"format": "exe"}).status_code == 400


def test_an_erased_account_is_named_by_its_number():
    assert audit_log.who(AuditEntry(user_id=7)) == "avidentifierat konto 7"
    assert audit_log.who(AuditEntry(address="192.0.2.1")) == "ingen inloggad"
    assert audit_log.who(AuditEntry()) == "på servern"


def test_details_are_shown_in_words():
    entry = AuditEntry(
        detail={"known": False, "filters": ["a", "b"], "rows": 3, "empty": "", "more": {"role": "reader"}}
    )
    assert audit_log.in_words(entry) == [
        ("kontot finns", "nej"),
        ("filter", "a, b"),
        ("rader", "3"),
        ("more", "role Läsare"),
    ]


def test_a_superuser_reads_it_too(client):
    client.force_login(AdminUserFactory())
    assert client.get(URL).status_code == 200
