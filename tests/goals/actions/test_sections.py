import pytest
from django.core.exceptions import ValidationError

from goals.actions import sections
from goals.models import ExpectedResult, FocusArea, PlanSection
from tests.factories.core import UserFactory
from tests.factories.goals import ExpectedResultFactory, FocusAreaFactory, PlanFactory, PlanSectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """01 with 1.1, 1.1.1 and 1.2; 03 with the focus area 3.1, which has a result."""
    made = PlanFactory()
    for number in ("01", "1.1", "1.1.1", "1.2", "03", "3.1"):
        PlanSectionFactory(plan=made, number=number, title=f"Titel {number}")
    area = FocusAreaFactory(plan=made, section=made.sections.get(number="3.1"), number="3.1")
    ExpectedResultFactory(focus_area=area)
    return made


def titles(plan) -> dict[str, str]:
    return dict(plan.sections.order_by("position").values_list("number", "title"))


def write(section, seen=None, by=None, **values) -> PlanSection:
    change = sections.seen(section) if seen is None else seen
    return sections.write(section, values=values, seen_change=change, by=by)


def test_what_is_written_is_kept_with_who(plan) -> None:
    user = UserFactory()
    section = write(plan.sections.get(number="1.1"), by=user, text="Ny text\r\nrad två\r\n\r\n", is_done=True)
    assert (section.text, section.is_done) == ("Ny text\nrad två", True)
    assert section.history.first().history_user == user


def test_nothing_new_leaves_no_history(plan) -> None:
    section = plan.sections.get(number="1.1")
    write(section, text=section.text)
    assert section.history.count() == 1


def test_the_second_of_two_is_shown_the_first_ones_change(plan) -> None:
    section = plan.sections.get(number="1.1")
    seen = sections.seen(section)
    write(section, text="Den första")
    with pytest.raises(sections.SectionChangedError) as caught:
        write(section, seen=seen, text="Den andra")
    assert (caught.value.now.text, caught.value.before.text) == ("Den första", "Så här arbetar vi.")
    section.refresh_from_db()
    assert section.text == "Den första"


@pytest.mark.parametrize(
    "text", ["😀 e\u0301 שלום \u200f مرحبا", "\u2028", "a\u00a0b", "{{ resultat 3.1 }}", "<script>"]
)
def test_a_text_is_kept_to_the_letter(plan, text) -> None:
    write(plan.sections.get(number="1.1"), text=f"A{text}Å")
    assert PlanSection.objects.get(plan=plan, number="1.1").text == f"A{text}Å"


@pytest.mark.parametrize(
    ("number", "text", "line"),
    [
        ("1.1", "Ett\n\n## Rubrik", 3),
        ("1.1", "Rubrik\n===", 1),
        ("1.1", "Ett\n\n```\nkod", 4),
        ("1.1", "Ett\n\0", 2),
        ("1.1", "x\n" * 100_001, 100_001),
        ("3.1", "Ett\n\n1. Två", 3),
        ("3.1", "Mål: Ett", 1),
        ("3.1", "Ett\n**Mål**: Två", 2),
    ],
)
def test_a_text_that_would_not_read_back_is_refused_with_its_line(plan, number, text, line) -> None:
    with pytest.raises(ValidationError) as caught:
        write(plan.sections.get(number=number), text=text)
    assert caught.value.message_dict["text"][0].startswith(f"Rad {line}: ")


def test_a_numbered_list_is_text_outside_focus_areas(plan) -> None:
    assert write(plan.sections.get(number="1.1"), text="1. Ett\n2. Två").text == "1. Ett\n2. Två"


def test_a_section_is_added_in_its_place(plan) -> None:
    sections.add(plan, number="1.1.2.", title="Ny", by=None)
    sections.add(plan, number="2", title="Kapitel", by=None)
    assert list(titles(plan)) == ["01", "1.1", "1.1.1", "1.1.2", "1.2", "02", "03", "3.1"]


@pytest.mark.parametrize("number", ["1.1", "01.1", "4.1", "0", "100", "1.0", "x", "1.1.1.1.1", "", "١.١"])
def test_a_number_that_cannot_be_is_refused(plan, number) -> None:
    with pytest.raises(sections.PlaceError):
        sections.add(plan, number=number, title="Ny", by=None)


def test_a_section_moves_with_those_below_it(plan) -> None:
    sections.move(plan.sections.get(number="1.1"), up=False, by=None)
    assert titles(plan) == {
        "01": "Titel 01",
        "1.1": "Titel 1.2",
        "1.2": "Titel 1.1",
        "1.2.1": "Titel 1.1.1",
        "03": "Titel 03",
        "3.1": "Titel 3.1",
    }


def test_the_first_moves_no_further_up(plan) -> None:
    assert sections.move(plan.sections.get(number="1.1"), up=True, by=None) is None


def test_a_section_is_renumbered_with_those_below_it_and_keeps_its_identity(plan) -> None:
    before = plan.sections.get(number="1.1").identity
    sections.renumber(plan.sections.get(number="1.1"), "1.7", by=None)
    assert list(titles(plan)) == ["01", "1.2", "1.7", "1.7.1", "03", "3.1"]
    assert plan.sections.get(number="1.7").identity == before


@pytest.mark.parametrize("number", ["03", "3.1"])
def test_results_never_get_new_numbers(plan, number) -> None:
    section = plan.sections.get(number=number)
    with pytest.raises(sections.PlaceError, match="ändras aldrig"):
        sections.renumber(section, number.replace("3", "7", 1).replace("7.1", "3.2"), by=None)
    assert ExpectedResult.objects.get(plan=plan).number == "3.1.1"


def test_a_focus_area_without_results_follows_its_section(plan) -> None:
    other = PlanSectionFactory(plan=plan, number="3.2")
    FocusAreaFactory(plan=plan, section=other, number="3.2")
    sections.renumber(other, "3.5", by=None)
    assert FocusArea.objects.get(section=other).number == "3.5"


def test_an_empty_section_is_removed_but_not_one_with_something_below(plan) -> None:
    for number in ("1.1", "3.1"):
        with pytest.raises(sections.PlaceError):
            sections.remove(plan.sections.get(number=number), by=None)
    sections.remove(plan.sections.get(number="1.2"), by=None)
    assert "1.2" not in titles(plan)
    assert PlanSection.history.filter(number="1.2", history_type="-").exists()
