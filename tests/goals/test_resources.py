"""The plan's files: rows are found by plan and number."""

import pytest

from goals.models import CheckIn, ExpectedResult, FocusArea, Goal, Plan, PlanSection
from tests.core.files import complaints, confirm, preview, put_in, refused, rows_out, take_out
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    PlanFactory,
    PlanSectionFactory,
    StrategicGoalFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(AdminUserFactory())
    return client


@pytest.fixture
def plan():
    return PlanFactory(unit=UnitFactory(code="IT"))


def test_a_result_goes_out_with_all_that_it_belongs_to(browser, plan):
    goal = GoalFactory(focus_area=FocusAreaFactory(plan=plan, number="3.1"))
    result = ExpectedResultFactory(focus_area=goal.focus_area, goal=goal, owner=PersonFactory(code="eli"))
    result.cost_objects.set([ServiceFactory(code="T1").pk, ServiceFactory(code="T2").pk])
    assert rows_out(browser, ExpectedResult) == [
        [
            *("2025–2027 IT", "3.1.1", "Resultat 3.1.1 är uppnått.", "3.1", "1", "", "eli", "", "", ""),
            *("2025-01-01", "2026-12-31", "1,00", "Medelvärde efter vikt", "nej", "T1, T2"),
        ]
    ]


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Plan, PlanFactory),
        (PlanSection, PlanSectionFactory),
        (StrategicGoalFactory._meta.model, StrategicGoalFactory),
        (FocusArea, FocusAreaFactory),
        (Goal, GoalFactory),
        (ExpectedResult, ExpectedResultFactory),
    ],
)
def test_what_goes_out_comes_in_unchanged(browser, model, make):
    make()
    page = confirm(browser, model, preview(browser, model, take_out(browser, model).content))
    assert "0 nya, 0 ändrade, 1 oförändrad" in page.content.decode()


def test_a_part_finds_its_result_by_number(browser, plan):
    parent = ExpectedResultFactory(focus_area=FocusAreaFactory(plan=plan, number="3.1"))
    headers = ["plan", "nummer", "text", "fokusområde", "del av"]
    put_in(browser, ExpectedResult, headers, ["2025-2027", "3.1.1.1", "Värdet är känt.", "3.1", "3.1.1"])
    assert parent.children.get().number == "3.1.1.1"


def test_the_models_own_rules_hold_for_files(browser, plan):
    FocusAreaFactory(plan=plan, number="3.1")
    headers = ["plan", "nummer", "text", "fokusområde"]
    assert refused(browser, ExpectedResult, headers, ["2025–2027", "3.1", "Text.", "3.1"]) == [
        (2, "nummer: Ett resultat numreras 3.1.1, ett delresultat 3.1.1.1.")
    ]


def test_an_unknown_plan_is_told(browser, plan):
    assert refused(browser, PlanSection, ["plan", "nummer"], ["2019–2021", "1.1"])[0] == (
        2,
        "plan: ”2019–2021” är ingen plan. Skriv åren och vid behov enhetens kod: 2025–2027 IT.",
    )


def test_years_alone_do_not_choose_between_two_plans(browser, plan):
    PlanFactory(unit=UnitFactory(code="HR"))
    assert "är ingen plan" in refused(browser, PlanSection, ["plan", "nummer"], ["2025–2027", "1.1"])[0][1]
    headers = ["plan", "nummer", "rubrik", "ordning"]
    put_in(browser, PlanSection, headers, ["2025–2027 HR", "1.1", "Uppdrag", 1])
    assert PlanSection.objects.get().plan.unit.code == "HR"


def test_check_ins_only_go_out(browser):
    CheckInFactory(made_by=UserFactory(username="eva"))
    row = rows_out(browser, CheckIn)[0]
    assert row[1:6] == ["3.1.1", "2025T1", "", "På plan", "40"]
    assert row[-5:-3] == ["eva", "2025-05-05 11:00:00"]
    assert preview(browser, CheckIn, b"plan\r\nx\r\n").status_code == 403


def test_a_plan_that_no_row_can_name_is_told_once_a_column(browser):
    page = preview(browser, Goal, "plan;fokusområde;ordning;text\r\nfel;3.1;1;Mål\r\n".encode())
    assert [text.partition(":")[0] for _line, text in complaints(page)] == ["fokusområde"]
