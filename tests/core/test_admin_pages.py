"""Every page of every register: answers, in Swedish, in a fixed number of queries, with nothing inline."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import CostObject
from tests.core.registers import MAKE, REGISTERS, address, ids
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.services import ServiceFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period
from vp_portal.core.registers import LookOnly

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)(?![^>]*type=.application/json)|\son[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
ENGLISH = re.compile(
    r"\b(the|this|add|change[ds]?|delete[ds]?|history|historical|home|save|view|search|created|revert|close|select|all|can"
    r"|submit|from|users?|groups?|yes|no|errors?|row)\b",
    re.IGNORECASE,
)
PAGES = ["changelist", "add", "change", "history", "delete", "deleted", "simple_history", "import", "export"]


@pytest.fixture
def browser(client):
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    return client


def pages_of(model):
    info = admin.site._registry[model].get_urls()
    names = {pattern.name for pattern in info if pattern.name}
    return [page for page in PAGES if f"{model._meta.app_label}_{model._meta.model_name}_{page}" in names]


def words_of(response):
    """What a reader sees, without tags, what scripts read, and words that stand for themselves."""
    html = re.sub(r"<(script|svg)\b.*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"Windows-1252|&[a-z]+;", " ", html)


def url_of(model, page, row):
    if page == "simple_history":
        return address(model, page, row.pk, row.history.first().pk)
    return address(model, page, *([row.pk] if page in ("change", "history", "delete") else []))


def expected(model, page):
    """What can't be changed by hand has no page for it."""
    register = admin.site._registry[model]
    looks_only = isinstance(register, LookOnly) or model._meta.model_name == "checkin"
    ended_not_erased = model._meta.model_name in ("rolegrant", "fundingshare") and page == "delete"
    return 403 if ended_not_erased or (looks_only and page in ("add", "delete", "import")) else 200


CASES = [(model, page) for model in REGISTERS for page in pages_of(model)]


@pytest.mark.parametrize(("model", "page"), CASES, ids=[f"{ids(model)}-{page}" for model, page in CASES])
def test_page_answers_in_swedish_with_nothing_inline(browser, model, page):
    row = MAKE[model]()
    if page == "simple_history":
        row.save()
    response = browser.get(url_of(model, page, row))
    assert response.status_code == expected(model, page)
    assert INLINE.findall(response.content.decode()) == []
    assert ENGLISH.findall(words_of(response)) == []


@pytest.mark.parametrize("path", ["/admin/", "/admin/services/", "/admin/password_change/"])
def test_front_pages_have_nothing_inline(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    assert INLINE.findall(response.content.decode()) == []
    assert ENGLISH.findall(words_of(response)) == []
    assert "VP-portalen – administration" in response.content.decode()


def apart(model, number):
    """What a row must have so that many can stand side by side."""
    own = {"allocationrun": {"in_force_from": None}, "periodlock": {"period": Period(199001 + 100 * number)}}
    return own.get(model._meta.model_name, {})


@pytest.mark.parametrize("model", REGISTERS, ids=ids)
def test_list_needs_as_many_queries_for_thirty_rows_as_for_one(browser, model):
    make = MAKE[model]
    make(**apart(model, 29))
    counts = []
    for more in (0, 29):
        for number in range(more):
            make(**apart(model, number))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(address(model, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_history_needs_as_many_queries_for_thirty_changes_as_for_two(browser):
    service = ServiceFactory()
    counts = []
    for more in (1, 29):
        for number in range(more):
            service.name = f"Namn {more} {number}"
            service.save()
        with CaptureQueriesContext(connection) as queries:
            browser.get(address(type(service), "history", service.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_cost_objects_of_any_kind_can_be_looked_up_but_not_edited(browser):
    service = ServiceFactory(name="E-post")
    assert "E-post" in browser.get(address(CostObject, "changelist")).content.decode()
    assert browser.get(address(CostObject, "change", service.pk)).status_code == 200
    assert browser.post(address(CostObject, "change", service.pk), {"name": "X"}).status_code == 403
    found = browser.get(
        "/admin/autocomplete/",
        {"app_label": "services", "model_name": "assignment", "field_name": "cost_object", "term": "e-po"},
    ).json()
    assert [each["text"] for each in found["results"]] == ["E-post"]


def test_roles_are_shown_by_name(browser):
    UserFactory(role=Role.CONTROLLER, username="kajsa")
    assert "Controller" in browser.get(address(type(UserFactory.build()), "changelist")).content.decode()
    assert "Controller" in browser.get(address(Group, "changelist")).content.decode()


def test_large_relations_are_found_by_typing():
    """A select with every row of a register would be long and slow."""
    allowed = {"content_type", "plan", "source", "chart"}
    missing = [
        f"{model._meta.label}.{field.name}"
        for model, register in admin.site._registry.items()
        if model._meta.app_label in ("services", "goals", "finance")
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.is_relation and not getattr(field.remote_field, "parent_link", False)
        if field.name not in register.autocomplete_fields
        if not isinstance(register, LookOnly) and field.name not in allowed
    ]
    assert missing == []
