from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.content import AreaContent, PlanContent, ResultContent, SectionContent
from goals.reports.difference import Change, difference, pieces

RESULT = ResultContent("r1", "3.1.1", "Alla tjänster har en ägare", goal=1, weight="1.00")
SECTION = SectionContent("s1", "3.1", "Leverans", "Vi levererar.", area=AreaContent(("Nytta",), (RESULT,)))
PLAN = PlanContent("Plan", 2025, 2027, "IT", (SectionContent("s0", "01", "Inledning", ""), SECTION))
texts = st.text(st.characters(codec="utf-8"), max_size=60)


def with_section(**changes) -> PlanContent:
    return replace(PLAN, sections=(PLAN.sections[0], replace(SECTION, **changes)))


def with_result(*results: ResultContent) -> PlanContent:
    return with_section(area=AreaContent(("Nytta",), results))


@given(texts, texts)
def test_the_pieces_hold_both_texts_to_the_letter(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if not piece.is_added) == before
    assert "".join(piece.text for piece in found if not piece.is_removed) == after


def test_only_the_words_that_differ_are_marked() -> None:
    assert [(piece.change, piece.text) for piece in pieces("Vi ger värde till alla.", "Vi ger nytta till alla.")] == [
        (Change.SAME, "Vi ger "),
        (Change.REMOVED, "värde"),
        (Change.ADDED, "nytta"),
        (Change.SAME, " till alla."),
    ]


def test_a_long_text_is_compared_line_by_line() -> None:
    before = "ett två tre fyra fem\n" * 4000
    found = pieces(before, before + "sex\n")
    assert [piece.text for piece in found if piece.change != Change.SAME] == ["sex\n"]


def test_the_same_plan_has_no_differences() -> None:
    assert difference(PLAN, PLAN).count == 0


@pytest.mark.parametrize(
    ("changed", "label"),
    [({"text": "Annat"}, "Text"), ({"title": "Annat"}, "Rubrik"), ({"number": "3.2"}, "Nummer")],
)
def test_a_section_is_known_by_its_identity(changed, label) -> None:
    found = difference(PLAN, with_section(**changed)).sections
    assert [(each.change, [field.label for field in each.fields]) for each in found] == [("changed", [label])]


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({"text": "x"}, "Text"),
        ({"due_on": "2026-01-01"}, "Klart senast"),
        ({"goal": None}, "Mål"),
        ({"unit": "U"}, "Enhet"),
    ],
)
def test_a_result_is_known_by_its_identity(changed, label) -> None:
    found = difference(PLAN, with_result(replace(RESULT, **changed))).results
    assert [(each.number, [field.label for field in each.fields]) for each in found] == [("3.1.1", [label])]


def test_a_number_that_is_used_again_is_another_result() -> None:
    found = difference(PLAN, with_result(replace(RESULT, identity="r2"))).results
    assert sorted(each.change for each in found) == ["added", "removed"]
