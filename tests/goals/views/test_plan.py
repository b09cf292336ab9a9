import datetime as dt

import pytest

from goals.choices import Status
from goals.models import CheckIn, FollowUpRules
from tests.factories.core import AdminUserFactory
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    PlanSectionFactory,
)
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.periods import Tertial


def rows(client, query: str = "") -> list[str]:
    response = client.get(f"/plan/{query}")
    assert response.status_code == 200
    areas = response.context["areas"]
    nodes = [node for area, _parts in areas for goal in area.goals for node in goal.results]
    return [row.number for node in nodes for row in (node.row, *node.parts)]


@pytest.mark.parametrize("who", ["owner", "reader"])
def test_those_who_are_signed_in_see_the_plan(who, request, result) -> None:
    page = request.getfixturevalue(who).get("/plan/").content.decode()
    assert all(text in page for text in (result.text, result.owner.name, "På plan", "40", "Fokusområdet saknar mål."))


@pytest.mark.parametrize("path", ["/plan/", "/plan/document/", "/plan/?view=gaps"])
def test_outsiders_are_sent_to_sign_in(client, result, path) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("path", ["/plan/", "/plan/document/"])
def test_before_there_is_a_plan_the_page_says_so(client, db, today, path) -> None:
    client.force_login(AdminUserFactory())
    assert "Det finns ingen plan än." in client.get(path).content.decode()


def test_filters_narrow_the_results(owner, result) -> None:
    unit = UnitFactory(parent=result.unit)
    other = ExpectedResultFactory(focus_area=result.focus_area, unit=unit, owner=PersonFactory())
    CheckInFactory(result=other, status=Status.RISK)
    assert rows(owner, f"?owner={result.owner.code}") == ["3.1.1"]
    assert rows(owner, "?status=risk") == ["3.1.2"]
    assert rows(owner, f"?unit={unit.code}") == ["3.1.2"]
    assert rows(owner, f"?unit={result.unit.code}") == ["3.1.1", "3.1.2"]
    assert rows(owner, "?focus=3.1") == ["3.1.1", "3.1.2"]


def test_late_is_a_late_check_in_or_a_passed_due_date(owner, result, monkeypatch) -> None:
    other = ExpectedResultFactory(focus_area=result.focus_area, due_on=dt.date(2025, 9, 14))
    made_at = dt.datetime(2025, 9, 14, 9, tzinfo=dt.UTC)
    CheckInFactory(result=other, tertial=Tertial(2025, 2), made_at=made_at)
    monkeypatch.setattr("vp_portal.core.access.today", lambda: dt.date(2025, 9, 16))
    assert rows(owner, "?late=1") == ["3.1.1"]
    assert rows(owner, "?late=due") == ["3.1.2"]


def test_a_result_stays_for_the_sake_of_its_parts(owner, result) -> None:
    part = ExpectedResultFactory(parent=result, owner=PersonFactory())
    assert rows(owner, f"?owner={part.owner.code}") == ["3.1.1", "3.1.1.1"]


def test_a_result_that_sums_up_its_parts_tells_them_in_its_row(owner, result) -> None:
    CheckIn.objects.all().delete()
    for progress in (20, 60):
        CheckInFactory(result=ExpectedResultFactory(parent=result), progress=progress)
    page = owner.get("/plan/").content.decode()
    row = page.partition('<tr class="tree__row--3"')[2].partition("</tr>")[0]
    assert all(words in row for words in ("av delarna", "Så är siffrorna räknade", "3.1.1.1", "3.1.1.2"))


def test_an_unknown_filter_is_said_and_narrows_nothing(owner) -> None:
    assert rows(owner, "?focus=9.9&status=x&late=1&unit=%00") == []
    assert rows(owner, "?focus=9.9") == ["3.1.1"]


def test_the_document_has_every_section_with_text_or_as_unwritten(owner, result) -> None:
    plan = result.plan
    PlanSectionFactory(plan=plan, number="1.1", text="Vi **finns**. <script>")
    PlanSectionFactory(plan=plan, number="1.2", text="")
    page = owner.get("/plan/document/").content.decode()
    assert "<strong>finns</strong>. &lt;script&gt;" in page
    assert page.count("ej skrivet") == 2
    assert 'plan-section" id="1.2">' in page


def test_gaps_are_listed_with_the_repair_for_those_who_may(client, owner, result) -> None:
    ExpectedResultFactory(focus_area=result.focus_area, due_on=None)
    assert owner.get("/plan/?view=gaps").content.decode().count("Utse ansvarig") == 0
    client.force_login(AdminUserFactory())
    response = client.get("/plan/?view=gaps")
    assert {gap.kind: gap.number for _label, gaps in response.context["groups"] for gap, *_ in gaps} == {
        "no_goal": "3.1",
        "no_owner": "3.1.2",
        "no_due_date": "3.1.2",
        "no_measure": "3.1.2",
    }


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("path", "queries"), [("/plan/", 10), ("/plan/?view=gaps", 9), ("/plan/document/", 17)])
def test_a_fixed_number_of_queries(path, queries, count, owner, result, django_assert_num_queries) -> None:
    for _ in range(count):
        area = FocusAreaFactory(plan=result.plan, section=PlanSectionFactory(plan=result.plan))
        made = ExpectedResultFactory(focus_area=area, goal=GoalFactory(focus_area=area), owner=PersonFactory())
        CheckInFactory(result=ExpectedResultFactory(parent=made, unit=UnitFactory()))
    with django_assert_num_queries(queries):
        assert owner.get(path).status_code == 200


def test_what_has_changed_shows_at_once(owner, result) -> None:
    """The rows are kept between pages, by what they show."""
    assert "Alldeles nytt" not in owner.get("/plan/").content.decode()
    result.text = "Alldeles nytt <b>"
    result.save()
    CheckInFactory(result=result, status=Status.RISK, progress=83)
    page = owner.get("/plan/").content.decode()
    assert all(text in page for text in ("Alldeles nytt &lt;b&gt;", "83"))
    result.owner.name = "Någon Annan"
    result.owner.save()
    assert "Någon Annan" in owner.get("/plan/").content.decode()


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda result: type(result).objects.filter(pk=result.pk).update(text="En annan text."), "En annan text."),
        (
            lambda result: type(result.owner).objects.filter(pk=result.owner_id).update(name="Ny Ansvarig"),
            "Ny Ansvarig",
        ),
        (lambda result: type(result.unit).objects.filter(pk=result.unit_id).update(name="Nya enheten"), "Nya enheten"),
        (lambda result: result.focus_area.__class__.objects.update(name="Nytt namn"), "Nytt namn"),
        (lambda result: GoalFactory(focus_area=result.focus_area, text="Ett mål till."), "Ett mål till."),
        (lambda result: CheckInFactory(result=result, status=Status.RISK, progress=77), "77\u00a0%"),
        (lambda result: FollowUpRules.objects.create(plan=result.plan, deadline_days=90), "Sena avstämningar"),
    ],
)
def test_what_has_changed_is_shown_at_once_however_it_was_changed(owner, result, change, shown) -> None:
    before = owner.get("/plan/").content
    change(result)
    after = owner.get("/plan/").content
    assert before != after
    assert shown in after.decode()


def test_a_plan_that_has_not_changed_is_shown_anew_the_next_day(owner, result, monkeypatch) -> None:
    monkeypatch.setattr("vp_portal.core.access.today", lambda: dt.date(2025, 9, 16))
    before = owner.get("/plan/").content
    monkeypatch.setattr("vp_portal.core.access.today", lambda: dt.date(2026, 3, 16))
    assert owner.get("/plan/").content != before


def test_a_filter_is_drawn_for_what_is_asked_and_no_other(owner, result) -> None:
    pages = [owner.get(f"/plan/?status={status}").content.decode() for status in ("risk", "", "risk")]
    assert [page.count('<option value="risk" selected>') for page in pages] == [1, 0, 1]
