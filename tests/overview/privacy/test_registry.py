import pytest
from django.apps import apps
from django.db import models

from tests.factories.core import UserFactory
from vp_portal.core.models import User
from vp_portal.overview.privacy import registry


def test_every_column_that_may_hold_personal_data_is_declared():
    assert list(registry.undeclared()) == []


@pytest.mark.parametrize("name", sorted(registry.declared() | set(registry.NOT_PERSONAL)))
def test_what_is_declared_exists(name):
    model, _dot, field = name.rpartition(".")
    assert apps.get_model(model)._meta.get_field(field)


def test_nothing_is_declared_both_ways():
    assert not registry.declared() & set(registry.NOT_PERSONAL)


@pytest.mark.parametrize(
    "field",
    [
        models.EmailField(name="contact"),
        models.GenericIPAddressField(name="from_where"),
        models.TextField(name="anything"),
        models.JSONField(name="facts"),
        models.CharField(name="phone", max_length=20),
        models.CharField(name="closing_reason", max_length=20),
        models.ForeignKey(User, models.CASCADE, name="by"),
    ],
    ids=lambda field: field.name,
)
def test_a_later_column_of_a_telling_kind_or_name_is_found(field):
    assert registry.may_be_personal(field)


@pytest.mark.parametrize("field", [models.CharField(name="code", max_length=9), models.DateField(name="day")])
def test_a_column_that_tells_of_nobody_is_not(field):
    assert not registry.may_be_personal(field)


@pytest.mark.django_db
def test_everyone_signed_in_reads_what_is_kept(client):
    client.force_login(UserFactory())
    text = client.get("/privacy/").content.decode()
    assert "Användarnamn, namn och e-post på kontot." in text
    assert "Konteringar, Utgångna konteringar" in text
    assert 'href="/privacy/"' in client.get("/").content.decode()


@pytest.mark.django_db
def test_it_is_had_as_data_column_by_column(client):
    client.force_login(UserFactory())
    data = client.get("/privacy/", {"format": "json"}).json()
    rows = [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]
    assert "användarnamn" in rows[0]["Kolumner"]
    assert all(each["Register"] and each["Varför"] and each["Hur länge"] for each in rows)
    assert len(rows) == len(registry.PERSONAL) + len(registry.ELSEWHERE)


@pytest.mark.django_db
def test_what_no_table_holds_is_told_too(client):
    client.force_login(UserFactory())
    text = client.get("/privacy/").content.decode()
    for place in ("Sparade huvudboksfiler", "Radloggen", "14 dagar efter den senaste åtgärden"):
        assert place in text


@pytest.mark.django_db
def test_the_page_asks_nothing_of_the_database_that_grows(client, django_assert_max_num_queries):
    client.force_login(UserFactory())
    with django_assert_max_num_queries(10):
        client.get("/privacy/")
