import pytest

from goals.actions import sections
from goals.models import ExpectedResult, PlanSection
from tests.core.registers import address, filled, form_errors
from tests.factories.core import AdminUserFactory
from tests.factories.goals import ExpectedResultFactory, FocusAreaFactory, GoalFactory, PlanSectionFactory
from vp_portal.core import versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, today):
    client.force_login(AdminUserFactory())
    return client


def changed_by_another(row, user, **values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row._history_user = user
    row.save()


def test_the_second_is_shown_what_the_first_changed_and_loses_nothing(editor) -> None:
    result, other = ExpectedResultFactory(text="Först."), AdminUserFactory(first_name="Asta", last_name="Wik")
    url = address(ExpectedResult, "change", result.pk)
    form = filled(editor, url, text="Mitt.")
    changed_by_another(result, other, text="Hennes.")
    response = editor.post(url, form)
    errors = form_errors(response)
    assert errors["text"] == ["Asta Wik ändrade till: Hennes."]
    assert "Det du skrev står kvar" in errors["__all__"][0]
    assert "Mitt." in response.content.decode()
    assert ExpectedResult.objects.get().text == "Hennes."


def test_saving_again_settles_it(editor) -> None:
    result, other = ExpectedResultFactory(), AdminUserFactory()
    url = address(ExpectedResult, "change", result.pk)
    form = filled(editor, url, text="Mitt.")
    changed_by_another(result, other, text="Hennes.")
    shown = editor.post(url, form).context["row_version"]
    assert editor.post(url, form | {versions.FIELD: shown}).status_code == 302
    assert ExpectedResult.objects.get().text == "Mitt."


def test_a_row_that_stands_as_it_was_shown_is_saved_at_once(editor) -> None:
    url = address(ExpectedResult, "change", ExpectedResultFactory().pk)
    assert editor.post(url, filled(editor, url, text="Mitt.")).status_code == 302


def test_what_somebody_changed_in_the_rows_below_is_said_too(editor) -> None:
    goal, other = GoalFactory(text="Först."), AdminUserFactory()
    url = address(type(goal.focus_area), "change", goal.focus_area.pk)
    form = filled(editor, url)
    changed_by_another(goal, other, text="Hennes.")
    response = editor.post(url, form)
    assert "medan du skrev" in form_errors(response)["__all__"][0]
    goal.refresh_from_db()
    assert goal.text == "Hennes."


def test_a_section_written_in_the_portal_meanwhile_is_shown_in_the_admin(editor) -> None:
    section, author = PlanSectionFactory(text="Först."), AdminUserFactory(first_name="Asta", last_name="Wik")
    url = address(PlanSection, "change", section.pk)
    form = filled(editor, url, text="Mitt.")
    sections.write(section, values={"text": "Hennes."}, seen_change=sections.seen(section), by=author)
    errors = form_errors(editor.post(url, form))
    assert errors["text"] == ["Asta Wik ändrade till: Hennes."]


def test_a_section_written_in_the_admin_meanwhile_is_shown_in_the_portal(editor) -> None:
    section = PlanSectionFactory(text="Först.")
    seen = sections.seen(section)
    url = address(PlanSection, "change", section.pk)
    assert editor.post(url, filled(editor, url, text="Hennes.")).status_code == 302
    with pytest.raises(sections.SectionChangedError) as caught:
        sections.write(section, values={"text": "Mitt."}, seen_change=seen, by=None)
    assert caught.value.now.text == "Hennes."


@pytest.mark.parametrize("token", ["abc", "9" * 40, "-1.2", "1.2.3.4", "²"])
def test_a_token_that_is_none_refuses_and_never_breaks(editor, token) -> None:
    area = FocusAreaFactory()
    url = address(type(area), "change", area.pk)
    assert editor.post(url, filled(editor, url) | {versions.FIELD: token, "name": "Nytt"}).status_code == 200
    area.refresh_from_db()
    assert area.name != "Nytt"
