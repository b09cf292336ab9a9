"""Text that attacks, in every field of every model, on every page that shows it. The fields are found, not listed."""

import csv
import io

import openpyxl
import pytest
from django.contrib import admin
from django.db import models

from tests.core.test_spreadsheets import RUNS
from tests.factories.core import AdminUserFactory
from tests.payloads import payloads
from tests.project import hostile
from tests.project.everything import world_of_everything
from vp_portal.core.access import Role
from vp_portal.core.registers import RegisterAdmin

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(today):
    return world_of_everything()


@pytest.fixture
def visitor(client):
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    client.raise_request_exception = False
    return client


def test_no_text_becomes_anything_but_text(world, visitor):
    taken = hostile.poison(hostile.attacks())
    shown, opened = 0, 0
    for url, response in hostile.pages(visitor, ["/", *hostile.fixed()], most=1):
        opened += 1
        assert response.status_code < 500, url
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        assert hostile.read(response).found == [], url
        text = response.content.decode()
        assert hostile.COMPUTED not in text.replace("1 1 1787569", ""), url
        shown += "window.vpx" in text
    assert len(taken) > 60
    assert opened > 150
    assert shown > 60


def test_every_table_with_text_has_a_row_to_attack(world):
    """A later table without one would be passed over in silence."""
    assert sorted({model.__name__ for model, _field in hostile.text_fields() if not model._base_manager.exists()}) == []


def has_a_form_of_its_own(field):
    """A code, a period, an e-mail address, a number: a rule of the field or the table says what it holds."""
    return (
        type(field) not in (models.CharField, models.TextField)
        or len(field.validators) > 1
        or field.name in ("number", "high")
    )


def test_every_free_text_takes_an_attack(world):
    """So that the test above is about something."""
    taken = hostile.poison(payloads("xss"))
    free = {
        f"{model.__name__}.{field.name}" for model, field in hostile.text_fields() if not has_a_form_of_its_own(field)
    }
    assert sorted(free - set(taken)) == []


REGISTERS = [model for model, register in admin.site._registry.items() if isinstance(register, RegisterAdmin)]


def exports(visitor):
    """Every table that the portal hands out as a file: pages that links lead to, and registers."""
    starts = ["/", *hostile.fixed(lambda path: not path.startswith("/admin/"))]
    for url, response in hostile.pages_and_files(visitor, starts, 1, "csv", "xlsx"):
        if "format=" in url:
            yield url, url.rpartition("=")[2], response
    for model in REGISTERS:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/export/"
        names = admin.site._registry[model].resource_classes[0]._meta.fields
        for number, fmt in enumerate(("csv", "xlsx")):
            fields = {
                f"{admin.site._registry[model].resource_classes[0].__name__.lower()}_{name}": "on" for name in names
            }
            yield path, fmt, visitor.post(path, {"format": str(number), "resource": "0", **fields})


def cells(fmt, content):
    if fmt == "csv":
        text = content.decode("utf-8-sig")
        return [
            (cell, cell.startswith("'"))
            for line in csv.reader(io.StringIO(text, newline=""), delimiter=";")
            for cell in line
        ]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    found = [cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert {cell.data_type for cell in found} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in found)
    return [(cell.value, cell.quotePrefix) for cell in found]


def is_amount(text):
    return text.replace("-", "", 1).replace(",", "", 1).isdigit()


def test_no_file_holds_a_formula(world, visitor, settings):
    settings.FILES_PER_MINUTE = 1000
    hostile.poison(payloads("formulas"))
    found = {}
    for name, fmt, response in exports(visitor):
        assert response.status_code == 200, name
        disposition = response.headers["Content-Disposition"]
        assert disposition.startswith('attachment; filename="')
        assert disposition.isascii()
        suspects = [
            (text, kept) for text, kept in cells(fmt, response.content) if RUNS.match(text) and not is_amount(text)
        ]
        assert [text for text, kept in suspects if not kept] == [], name
        found[name] = len(suspects)
    assert len(found) > len(REGISTERS) + 20
    assert sum(found.values()) > 100


def test_negative_amounts_stay_numbers_in_files(world, visitor):
    hostile.poison(payloads("formulas"))
    response = visitor.get("/finance/postings/", {"format": "csv", "from": "202501", "to": "202512"})
    assert b";-250,00" in response.content
