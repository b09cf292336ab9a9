import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from goals.models import CheckIn, ExpectedResult, FocusArea, Goal, Plan, PlanSection, StrategicGoal
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    PlanFactory,
    PlanSectionFactory,
    StrategicGoalFactory,
)
from tests.factories.services import PersonFactory
from tests.models import refused, refused_by, refused_in_words
from vp_portal.core.periods import Tertial

pytestmark = pytest.mark.django_db

ONCE = "Numret finns redan i planen."


def test_a_plan_ends_after_it_begins():
    row = PlanFactory()
    row.last_year = 2024
    assert refused(row) == ("goals_plan_years_in_order", ["Sista året får inte ligga före det första."])


@pytest.mark.parametrize("unit", [True, False])
def test_a_unit_has_one_plan_for_the_same_years(unit):
    first = PlanFactory() if unit else PlanFactory(unit=None)
    row = Plan(name="En till", first_year=2025, last_year=2027, unit=first.unit)
    assert refused(row) == ("goals_plan_once_per_unit_and_years", ["Det finns redan en plan för de åren."])


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (PlanSectionFactory, "goals_plansection_number_once"),
        (StrategicGoalFactory, "goals_strategicgoal_number_once"),
        (FocusAreaFactory, "goals_focusarea_number_once"),
        (ExpectedResultFactory, "goals_expectedresult_number_once"),
    ],
)
def test_a_number_is_given_once_in_a_plan(make, name):
    row = make()
    row.pk, row.identity = None, uuid.uuid4()
    row._state.adding = True
    assert refused(row) == (name, [ONCE])


@pytest.mark.parametrize("make", [PlanSectionFactory, ExpectedResultFactory])
def test_an_identity_is_in_a_plan_once(make):
    row = make()
    row.pk, row.number = None, "9.9.9" if make is ExpectedResultFactory else "9.9"
    row._state.adding = True
    assert refused_by(row) == f"goals_{row._meta.model_name}_identity_once"


@pytest.mark.parametrize(
    ("make", "number", "name", "text"),
    [
        (PlanSectionFactory, "3.x", "goals_plansection_number_form", "Ett avsnitt numreras 01, 1.1 eller 1.1.1."),
        (FocusAreaFactory, "3", "goals_focusarea_number_form", "Ett fokusområde numreras 3.1."),
        (
            ExpectedResultFactory,
            "3.1",
            "goals_expectedresult_number_fits_level",
            "Ett resultat numreras 3.1.1, ett delresultat 3.1.1.1.",
        ),
        (
            ExpectedResultFactory,
            "3.1.1.1",
            "goals_expectedresult_number_fits_level",
            "Ett resultat numreras 3.1.1, ett delresultat 3.1.1.1.",
        ),
    ],
)
def test_a_number_has_the_form_of_its_level(make, number, name, text):
    row = make()
    row.number = number
    assert refused(row) == (name, [text])


def test_two_goals_have_no_place_in_common():
    row = GoalFactory()
    other = Goal(focus_area=row.focus_area, position=row.position, text="Ett till")
    assert refused(other) == ("goals_goal_position_once", ["Det finns redan ett mål på den platsen."])


@pytest.mark.parametrize(
    ("make", "name"),
    [(GoalFactory, "goals_goal_text_given"), (ExpectedResultFactory, "goals_expectedresult_text_given")],
)
def test_a_text_is_given(make, name):
    row = make()
    row.text = ""
    found, texts = refused(row)
    assert (found, texts) == (name, ["Detta fält får inte vara tomt."])


@pytest.mark.parametrize(
    ("values", "name", "text"),
    [
        (
            {"due_on": dt.date(2024, 12, 31)},
            "goals_expectedresult_due_after_start",
            "Resultatet kan inte vara klart innan det startar.",
        ),
        ({"weight": Decimal("-0.01")}, "goals_expectedresult_weight_not_negative", "Vikten får inte vara negativ."),
    ],
)
def test_a_result_holds_together(values, name, text):
    row = ExpectedResultFactory()
    for field, value in values.items():
        setattr(row, field, value)
    assert refused(row) == (name, [text])


def test_a_deputy_is_someone_else():
    person = PersonFactory()
    row = ExpectedResultFactory(owner=person)
    row.deputy = person
    assert refused(row) == (
        "goals_expectedresult_deputy_is_another",
        ["Ersättaren måste vara någon annan än den ansvariga."],
    )


def test_a_part_begins_with_the_number_of_its_result():
    parent = ExpectedResultFactory(focus_area=FocusAreaFactory(number="3.1"))
    row = ExpectedResultFactory(parent=parent)
    row.number = "3.2.1.1"
    assert refused_in_words(row) == ["Ett delresultat hör till resultatet vars nummer det börjar med."]


def test_there_is_no_third_level():
    part = ExpectedResultFactory(parent=ExpectedResultFactory())
    row = ExpectedResult(plan=part.plan, focus_area=part.focus_area, parent=part, number=f"{part.number}.1", text="x")
    assert "Ett delresultat hör till resultatet vars nummer det börjar med." in refused_in_words(row)


def test_a_goal_belongs_to_the_same_focus_area():
    row = ExpectedResultFactory()
    row.goal = GoalFactory()
    assert refused_in_words(row) == ["Målet hör till ett annat fokusområde."]


def test_a_focus_area_belongs_to_the_same_plan():
    row = ExpectedResultFactory()
    row.plan = PlanFactory()
    assert refused_in_words(row) == ["Fokusområdet hör till en annan plan."]


def test_a_result_may_stand_without_a_goal():
    ExpectedResultFactory(goal=None).full_clean()


@pytest.mark.parametrize("progress", [-1, 101])
def test_progress_is_from_nothing_to_all(progress):
    row = CheckInFactory()
    row.progress = progress
    found = refused(row)
    assert found[0] in ("goals_checkin_progress_0_100", "goals_checkin_progress_check")
    assert found[1]


def test_too_much_progress_is_told_in_words():
    row = CheckInFactory()
    row.progress = 101
    assert refused(row) == ("goals_checkin_progress_0_100", ["Framsteg anges 0–100 procent."])


def test_an_unknown_status_is_refused():
    row = CheckInFactory()
    row.status = "kanske"
    found, texts = refused(row)
    assert found == "goals_checkin_status_known"
    assert "kanske" in texts[0]


def test_a_tertial_is_stored_as_it_is_written():
    row = CheckInFactory(tertial=Tertial(2025, 3))
    assert CheckIn.objects.filter(tertial="2025T3").get() == row
    row.tertial = "2025T4"
    assert refused(row) == ("goals_checkin_tertial_form", ["2025T4 är ingen tertial (ÅÅÅÅTn)."])


def test_sections_without_text_are_found():
    PlanSectionFactory()
    empty = PlanSectionFactory(text="")
    assert list(PlanSection.objects.unwritten()) == [empty]


def test_the_current_plan_is_the_latest_that_has_begun():
    PlanFactory(first_year=2022, last_year=2024)
    now = PlanFactory(first_year=2025, last_year=2027)
    PlanFactory(first_year=2028, last_year=2030)
    assert Plan.objects.current(dt.date(2025, 9, 15)) == now
    assert Plan.objects.current(dt.date(2019, 1, 1)).first_year == 2022
    assert (FocusArea.objects.count(), StrategicGoal.objects.count()) == (0, 0)


def test_a_reviewer_is_someone_else():
    person = PersonFactory()
    row = ExpectedResultFactory(owner=person)
    row.reviewer = person
    assert refused(row) == (
        "goals_expectedresult_reviewer_is_another",
        ["Granskaren måste vara någon annan än den ansvariga."],
    )


def told(row: ExpectedResult) -> dict[str, list[str]]:
    """What the form would say, by field."""
    with pytest.raises(ValidationError) as caught:
        row.clean()
    return caught.value.message_dict


def test_a_due_date_before_the_plan_is_told_at_its_field():
    row = ExpectedResultFactory(starts_on=None)
    row.due_on = dt.date(2024, 12, 31)
    assert told(row) == {"due_on": ["Slutdatumet ligger före planens start, 2025-01-01."]}


def test_a_circle_is_told_at_its_field():
    part = ExpectedResultFactory(parent=ExpectedResultFactory())
    for row, parent in ((part, part), (part.parent, part)):
        row.parent = parent
        assert told(row) == {"parent": ["Ett resultat kan inte vara del av sig självt eller av sina egna delar."]}
        row.refresh_from_db()


def test_weights_that_sum_to_nothing_are_told_at_the_field():
    row = ExpectedResultFactory()
    row.weight = Decimal(0)
    assert list(told(row)) == ["weight"]
    ExpectedResultFactory(focus_area=row.focus_area)
    row.clean()
