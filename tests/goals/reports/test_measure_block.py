"""The document's block of measures, and how evidence stands in that of results."""

from io import BytesIO

import pytest
from docx import Document

from goals.blocks import BlockContext, made, markers
from goals.choices import Status
from goals.content import as_document, canonical, from_canonical
from goals.exporting import docx, html, markdown, pdf
from goals.exporting.paper import paper
from goals.reports.content import decidable
from goals.reports.tree import plan_tree
from tests.conftest import TODAY
from tests.factories.goals import (
    CheckInFactory,
    ComputedIndicatorFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    IndicatorFactory,
    IndicatorReadingFactory,
    IndicatorSnapshotFactory,
    PlanSectionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(db):
    """3.1.1, whose area's section shows the measures."""
    section = PlanSectionFactory(number="3.1", text="{{ mått 3.1 }}\n\n{{ resultat 3.1 }}")
    found = ExpectedResultFactory(focus_area=FocusAreaFactory(plan=section.plan, section=section))
    stored = ComputedIndicatorFactory(result=found, name="Hel struktur")
    IndicatorSnapshotFactory(indicator=stored, value=70, status=Status.RISK)
    IndicatorReadingFactory(indicator=IndicatorFactory(result=found, name="Nöjda"), value=85)
    CheckInFactory(result=found, status=Status.ON_PLAN)
    return found


def block(result, source):
    marker = next(markers(source))
    return made(marker, BlockContext(result.plan, plan_tree(result.plan, TODAY), TODAY, None))


def test_the_measures_of_an_area_with_target_value_day_and_status(result) -> None:
    rows = [[cell.text.replace("\u00a0", " ") for cell in row] for row in block(result, "{{ mått 3.1 }}").rows]
    assert rows == [
        ["3.1.1", "Hel struktur", "mål ≥ 90 %", "70 %", "2025-09-01", "Risk"],
        ["3.1.1", "Nöjda", "från 20 % till 80 %", "85 %", "2025-05-01", "Uppnått"],
    ]


def test_an_area_without_measures_says_so(result) -> None:
    FocusAreaFactory(plan=result.plan, number="3.2")
    found = block(result, "{{ mått 3.2 }}")
    assert (found.rows, found.note) == ((), "Fokusområdets resultat har inga mått.")


def test_an_area_that_is_not_there_is_told_to_the_author(result) -> None:
    assert block(result, "{{ mått 9.9 }}").problem == "Det finns inget fokusområde 9.9."


def test_results_show_evidence_that_their_claim_differs_from(result) -> None:
    [row] = block(result, "{{ resultat 3.1 }}").rows
    assert [row[3].text, row[5].text] == ["På plan", "Risk (påstående mot belägg)"]


def test_a_decided_version_keeps_the_values_of_its_day(result) -> None:
    decided = canonical(decidable(result.plan, TODAY))
    later = {"as_of": TODAY, "value": 95, "status": Status.ACHIEVED}
    IndicatorSnapshotFactory(indicator=result.indicators.get(code="I05"), **later)
    [kept, now] = [from_canonical(each) for each in (decided, canonical(decidable(result.plan, TODAY)))]
    assert [each.sections[0].blocks[0].rows[0][3].text[:2] for each in (kept, now)] == ["70", "95"]


def test_every_export_has_it(result) -> None:
    content = decidable(result.plan, TODAY)
    written = paper(content, None, "2025-09-15")
    assert "Hel struktur" in html.write(written, content).decode()
    tables = Document(BytesIO(docx.write(written))).tables
    assert "Hel struktur" in [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert pdf.write(written).startswith(b"%PDF")
    assert "{{ mått 3.1 }}" in markdown.write(as_document(content))
