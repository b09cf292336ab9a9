import html

import pytest

from goals.models import PlanSection
from tests.factories.core import UserFactory
from tests.factories.goals import (
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    PlanFactory,
    PlanSectionFactory,
)
from tests.factories.services import PersonFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today):
    made = PlanFactory()
    for number, text in (("01", ""), ("1.1", "Vi **finns**."), ("1.2", ""), ("03", ""), ("3.1", "")):
        PlanSectionFactory(plan=made, number=number, title=f"Titel {number}", text=text)
    area = FocusAreaFactory(plan=made, section=made.sections.get(number="3.1"), number="3.1", name="Leverans")
    ExpectedResultFactory(parent=ExpectedResultFactory(focus_area=area, goal=GoalFactory(focus_area=area)))
    return made


@pytest.fixture
def section(plan):
    """1.1, which a line manager writes."""
    found = plan.sections.get(number="1.1")
    found.author = PersonFactory(user=UserFactory())
    found.save()
    return found


@pytest.fixture
def as_(client):
    def sign_in(who):
        client.force_login(who if not isinstance(who, str) else UserFactory(role=who))
        return client

    return sign_in


def page(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def sent(client, section, **changes):
    form = client.get(f"/plan/document/sections/{section.pk}/").context["form"]
    values = {name: "" if form[name].value() in (None, False) else form[name].value() for name in form.fields}
    return client.post(f"/plan/document/sections/{section.pk}/", values | changes)


def test_the_whole_plan_is_one_page_with_contents_and_deep_links(as_, plan) -> None:
    text = page(as_(Role.READER), "/plan/document/")
    for number in ("01", "1.1", "1.2", "3.1", "3.1.1", "3.1.1.1"):
        assert f'id="{number}"' in text, number
    assert all(f'<a href="#{number}">' in text for number in ("01", "1.1", "3.1"))
    assert "<strong>finns</strong>" in text
    assert "Skriv avsnittet" not in text


def test_completion_is_told_for_the_whole_and_for_each_chapter(as_, plan, section) -> None:
    section.is_done = True
    section.save()
    response = as_(Role.READER).get("/plan/document/")
    shown = response.context["document"]
    assert (shown.done, shown.drafts, shown.unwritten) == (1, 1, 1)
    assert [(each.number, each.done, each.total) for each in shown.sections if each.is_heading] == [
        ("01", 1, 2),
        ("03", 0, 1),
    ]
    assert "1 av 3 avsnitt är klarmarkerade, 1 är utkast och 1 är inte skrivna." in response.content.decode()


def test_a_live_block_shows_the_results_where_the_author_has_placed_it(as_, plan, section) -> None:
    section.text = "Före.\n\n{{ resultat 3.1 }}\n\nEfter.\n\n{{ luckor }}"
    section.save()
    text = page(as_(Role.READER), "/plan/document/")
    places = [
        text.index(part) for part in ("Före.", "Resultat i 3.1 Leverans", "Ej påbörjat", "Efter.", "Luckor i planen 2")
    ]
    assert places == sorted(places)


def test_a_block_that_points_at_nothing_says_so_and_one_of_no_kind_is_text(as_, plan, section) -> None:
    section.text = "{{ resultat 9.9 }}\n\n{{ okänt 1 }}\n\n`{{ luckor }}`"
    section.save()
    text = page(as_(Role.READER), "/plan/document/")
    assert "Det finns inget fokusområde 9.9." in text
    assert "{{ okänt 1 }}" in text
    assert "<code>{{ luckor }}</code>" in text


def test_the_author_writes_and_marks_as_done(as_, section) -> None:
    client = as_(section.author.user)
    assert "Skriv avsnittet" in page(client, "/plan/document/") or "Ändra" in page(client, "/plan/document/")
    response = sent(client, section, text="Ny text.", is_done="on")
    assert response.headers["Location"] == "/plan/document/#1.1"
    section.refresh_from_db()
    assert (section.text, section.is_done) == ("Ny text.", True)
    assert section.history.first().history_user == section.author.user


def test_the_author_changes_nothing_but_text_and_state(as_, section) -> None:
    sent(as_(section.author.user), section, text="x", title="Kapad", number="7.1", author="")
    section.refresh_from_db()
    assert (section.title, section.number, section.author_id is None) == ("Titel 1.1", "1.1", False)


@pytest.mark.parametrize("role", [Role.READER, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR])
def test_others_neither_open_nor_change_it(as_, section, role) -> None:
    client = as_(role)
    url = f"/plan/document/sections/{section.pk}/"
    for path in ("", "preview/", "move/", "remove/"):
        assert client.post(f"{url}{path}", {"text": "x", "seen": "0"}).status_code == 403
    assert client.get(url).status_code == 403
    assert client.get("/plan/document/sections/new/").status_code == 403
    assert PlanSection.objects.get(pk=section.pk).text == "Vi **finns**."


def test_the_second_sees_the_firsts_change_and_loses_nothing(as_, section) -> None:
    client = as_(Role.PLAN_OWNER)
    form = client.get(f"/plan/document/sections/{section.pk}/").context["form"]
    values = {name: "" if form[name].value() in (None, False) else form[name].value() for name in form.fields}
    section.text = "Den förstas text."
    section.save()
    answer = client.post(f"/plan/document/sections/{section.pk}/", values | {"text": "Den andras text."})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Någon annan har ändrat avsnittet" in text
    assert "Den förstas text." in text
    assert "Den andras text." in text
    assert PlanSection.objects.get(pk=section.pk).text == "Den förstas text."
    again = values | {"text": "Båda texterna.", "seen": answer.context["form"]["seen"].value()}
    assert client.post(f"/plan/document/sections/{section.pk}/", again).status_code == 302
    assert PlanSection.objects.get(pk=section.pk).text == "Båda texterna."


def test_what_cannot_stand_in_a_section_is_said_at_the_field(as_, section) -> None:
    response = sent(as_(Role.PLAN_OWNER), section, text="Ett\n\n# Två")
    assert response.status_code == 422
    assert response.context["form"].errors["text"][0].startswith("Rad 3: En rubrik i texten.")


def test_a_number_that_is_taken_is_said_at_the_field_and_nothing_is_saved(as_, section) -> None:
    response = sent(as_(Role.PLAN_OWNER), section, number="1.2", text="Ny")
    assert response.status_code == 422
    assert "finns redan" in response.context["form"].errors["number"][0]
    section.refresh_from_db()
    assert section.text == "Vi **finns**."


def test_the_preview_shows_without_saving(as_, section) -> None:
    client = as_(section.author.user)
    url = f"/plan/document/sections/{section.pk}/preview/"
    text = client.post(url, {"text": "*Så* <b>\n\n{{ luckor }}"}, headers={"hx-request": "true"}).content.decode()
    assert "<em>Så</em> &lt;b&gt;" in text
    assert "Luckor i planen" in text
    assert "<html" not in text
    assert "<em>Så</em>" in client.post(url, {"text": "*Så*", "seen": "0"}).content.decode()
    assert PlanSection.objects.get(pk=section.pk).text == "Vi **finns**."


def test_without_a_script_a_block_is_placed_after_the_text(as_, section) -> None:
    url = f"/plan/document/sections/{section.pk}/preview/"
    data = {"text": "Ett.", "insert": "1", "block": "{{ luckor }}", "seen": "0"}
    assert as_(section.author.user).post(url, data).context["form"]["text"].value() == "Ett.\n\n{{ luckor }}\n"


def test_an_owner_adds_moves_and_removes(as_, plan, section) -> None:
    client = as_(Role.PLAN_OWNER)
    client.post("/plan/document/sections/new/", {"number": "1.3", "title": "Ny"})
    made = plan.sections.get(number="1.3")
    client.post(f"/plan/document/sections/{made.pk}/move/", {"way": "up"})
    made.refresh_from_db()
    assert made.number == "1.2"
    client.post(f"/plan/document/sections/{made.pk}/remove/")
    assert not plan.sections.filter(pk=made.pk).exists()


@pytest.mark.parametrize("value", ["0", "x", "9" * 40, "%00"])
def test_a_plan_that_is_none_is_not_found(as_, plan, value) -> None:
    assert as_(Role.READER).get(f"/plan/document/?plan={value}").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_fixed_number_of_queries(as_, plan, section, count, django_assert_num_queries) -> None:
    section.text = "{{ resultat 3.1 }}\n\n{{ luckor }}"
    section.save()
    for number in range(count):
        made = PlanSectionFactory(plan=plan, text="{{ resultat 3.1 }}")
        area = FocusAreaFactory(plan=plan, section=made, number=f"4.{number + 1}")
        ExpectedResultFactory(focus_area=area)
    client = as_(section.author.user)
    with django_assert_num_queries(19):
        assert client.get("/plan/document/").status_code == 200


def test_who_may_write_has_the_way_in_and_nobody_else_is_shown_it(as_, plan, section) -> None:
    link = f'href="/plan/document/sections/{section.pk}/"'
    seen = [link in page(as_(who), "/plan/document/") for who in (Role.READER, section.author.user, Role.READER)]
    assert seen == [False, True, False]


def test_a_text_that_is_changed_is_shown_at_once(as_, plan, section) -> None:
    client = as_(Role.READER)
    assert "<strong>finns</strong>" in page(client, "/plan/document/")
    type(section).objects.filter(pk=section.pk).update(text="Vi *blev*.")
    text = page(client, "/plan/document/")
    assert "<em>blev</em>" in text
    assert "<strong>finns</strong>" not in text


@pytest.mark.parametrize(
    "text", ["🙂 é שלום عربى", "e\u0301 och \u0301", "\u202ebakvänt\u202c", "<b>fet</b> & <script>alert(1)</script>"]
)
def test_a_text_is_kept_exactly_and_shown_escaped(as_, plan, section, text) -> None:
    sent(as_(section.author.user), section, text=text)
    section.refresh_from_db()
    assert section.text == text
    assert html.escape(text, quote=False) in page(as_(Role.READER), "/plan/document/")
