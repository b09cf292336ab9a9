import datetime as dt
import io
from urllib.parse import unquote

import docx
import pytest

from goals.actions import exports
from goals.importing.parse import parse
from goals.models import PlanExport
from goals.reports import exports as reports
from goals.tasks import export_plan, sweep_exports
from tests.factories.core import UserFactory
from tests.factories.goals import DecidedPlanFactory, ExpectedResultFactory, FocusAreaFactory, PlanSectionFactory
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today):
    section = PlanSectionFactory(number="03", title="Mål", text="Nu gäller detta.")
    area = PlanSectionFactory(plan=section.plan, number="3.1", title="Leverans", text="{{ resultat 3.1 }}")
    ExpectedResultFactory(focus_area=FocusAreaFactory(plan=section.plan, section=area, number="3.1"))
    return section.plan


@pytest.fixture
def reader(client, plan, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.user = UserFactory(role=Role.READER)
    client.force_login(client.user)
    return client


@pytest.mark.parametrize(
    ("fmt", "start"), [("md", b"# 03 "), ("html", b"<!doctype html>"), ("docx", b"PK"), ("pdf", b"%PDF-1")]
)
def test_the_plan_as_it_is_comes_as_a_file(reader, fmt, start) -> None:
    response = reader.post(f"/plan/document/export/?format={fmt}")
    assert response.status_code == 200
    assert response.content.lstrip().startswith(start)
    assert f".{fmt}" in response.headers["Content-Disposition"]
    assert AuditEntry.objects.filter(event=AuditEvent.EXPORT).count() == 1


@pytest.mark.parametrize("fmt", ["md", "html", "docx"])
def test_a_decided_version_comes_as_it_was(reader, plan, fmt) -> None:
    made = DecidedPlanFactory(plan=plan)
    plan.sections.update(text="Ändrat")
    body = reader.post(f"/plan/document/export/?format={fmt}&version={made.pk}").content
    if fmt == "docx":
        body = "\n".join(p.text for p in docx.Document(io.BytesIO(body)).paragraphs).encode()
    assert b"Nu g\xc3\xa4ller detta." in body
    assert "Ändrat".encode() not in body
    assert fmt == "md" or b"V-2025-0001" in body


def test_the_markdown_reads_back_as_the_plan(reader) -> None:
    document = parse(reader.post("/plan/document/export/?format=md").content.decode())
    assert [(s.number, s.title, s.text) for s in document.sections] == [
        ("03", "Mål", "Nu gäller detta."),
        ("3.1", "Leverans", "{{ resultat 3.1 }}"),
    ]


@pytest.mark.parametrize("query", ["", "format=x", "format=exe&version=1"])
def test_another_format_is_refused(reader, query) -> None:
    assert reader.post(f"/plan/document/export/?{query}").status_code == 400


def test_a_large_plan_is_made_by_the_worker_and_fetched_by_who_asked(reader, monkeypatch, client) -> None:
    monkeypatch.setattr(reports, "MOST_AT_ONCE", 0)
    page = reader.post("/plan/document/export/?format=pdf").headers["Location"]
    row = PlanExport.objects.get()
    assert "Väntar på sin tur" in reader.get(page).content.decode()
    assert reader.get(f"{page}file/").status_code == 404
    exports.tell(row, 40)
    assert 'value="40"' in reader.get(page, headers={"hx-request": "true"}).content.decode()
    export_plan(export_id=str(row.pk))
    assert f"{page}file/" in reader.get(page).content.decode()
    answer = reader.get(f"{page}file/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    name = unquote(answer.headers["Content-Disposition"])
    assert name.startswith("attachment")
    assert name.endswith(f"{row.plan}.pdf")
    client.force_login(UserFactory(role=Role.PLAN_OWNER))
    assert client.get(page).status_code == 404
    assert client.get(f"{page}file/").status_code == 404


def test_what_is_asked_for_again_and_again_leaves_nothing_behind(reader, monkeypatch) -> None:
    """Each answer takes the place of the one before: it is one element."""
    monkeypatch.setattr(reports, "MOST_AT_ONCE", 0)
    page = reader.post("/plan/document/export/?format=pdf").headers["Location"]
    answer = reader.get(page, headers={"hx-request": "true"}).content.decode().strip()
    assert answer.startswith("<div")
    assert answer.endswith("</div>")
    assert answer.count("<div") == 1


def test_a_file_that_cannot_be_made_is_said(reader, monkeypatch) -> None:
    monkeypatch.setattr(reports, "MOST_AT_ONCE", 0)
    page = reader.post("/plan/document/export/?format=pdf").headers["Location"]
    monkeypatch.setattr(reports, "made", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export_plan(export_id=str(PlanExport.objects.get().pk))
    assert "Filen kunde inte göras." in reader.get(page).content.decode()


def test_files_are_gone_after_a_day(reader, plan) -> None:
    row = exports.start(plan, None, "pdf", by=reader.user, at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    exports.finish(row, b"x")
    assert sweep_exports(0) == 1
    assert not exports.path_of(row).exists()


@pytest.mark.parametrize("key", ["1", "x" * 50, "%00"])
def test_what_is_no_key_is_not_found(reader, key) -> None:
    assert reader.get(f"/plan/document/exports/{key}/").status_code == 404
