"""`manage.py export_plan`: the plan as it is, or as it was decided, in each format."""

import io
import re

import docx
import pikepdf
import pytest
from django.core.management import CommandError, call_command

from goals.choices import ExportFormat
from tests.factories.goals import DecidedPlanFactory, ExpectedResultFactory, FocusAreaFactory, PlanSectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def text_of(body: bytes, fmt: ExportFormat) -> str:
    """What a reader would find in the file, without the blanks."""
    if fmt == ExportFormat.PDF:
        found = pikepdf.open(io.BytesIO(body))
        with found.open_outline() as outline:
            text = " ".join(str(each.title) for item in outline.root for each in (item, *item.children))
    elif fmt == ExportFormat.DOCX:
        text = " ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs)
    else:
        text = body.decode()
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def plan():
    chapter = PlanSectionFactory(number="01", title="Inledning", text="")
    PlanSectionFactory(plan=chapter.plan, number="1.1", title="Uppdraget som beslutades")
    area = PlanSectionFactory(plan=chapter.plan, number="3.1", title="Leverans", text="")
    ExpectedResultFactory(focus_area=FocusAreaFactory(plan=chapter.plan, section=area, number="3.1"))
    return chapter.plan


def written(tmp_path, fmt: ExportFormat, **options) -> bytes:
    file = tmp_path / f"plan.{fmt}"
    call_command("export_plan", format=str(fmt), output=file, stdout=io.StringIO(), **options)
    return file.read_bytes()


@pytest.mark.parametrize("fmt", ExportFormat)
def test_the_plan_as_it_is(tmp_path, plan, fmt) -> None:
    assert "Uppdraget som beslutades" in text_of(written(tmp_path, fmt), fmt)


@pytest.mark.parametrize("fmt", ExportFormat)
def test_the_plan_as_it_was_decided(tmp_path, plan, fmt) -> None:
    DecidedPlanFactory(plan=plan)
    plan.sections.filter(number="1.1").update(title="Något annat")
    text = text_of(written(tmp_path, fmt, version_no=1), fmt)
    assert "Uppdraget som beslutades" in text
    assert "Något annat" not in text


@pytest.mark.parametrize("wrong", [{"version_no": 2}, {"plan": 0}, {"plan": 987654}])
def test_what_does_not_exist_is_said(tmp_path, plan, wrong) -> None:
    with pytest.raises(CommandError):
        written(tmp_path, ExportFormat.MARKDOWN, **wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said(tmp_path, plan) -> None:
    with pytest.raises(CommandError, match="går inte att skriva"):
        call_command("export_plan", format="md", output=tmp_path / "saknas" / "plan.md", stdout=io.StringIO())
