import pytest

from goals.models import CheckIn, ExpectedResult, FocusArea, PlanSection
from tests.core.registers import address, filled, form_errors, texts
from tests.factories.core import AdminUserFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory, FocusAreaFactory, PlanSectionFactory
from tests.factories.services import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(AdminUserFactory())
    return client


def post(browser, url, **changes):
    return browser.post(url, filled(browser, url, **changes))


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"number": "3.1"}, "number", "Ett resultat numreras 3.1.1, ett delresultat 3.1.1.1."),
        ({"due_on": "2024-01-01"}, "due_on", "Resultatet kan inte vara klart innan det startar."),
        ({"weight": "-1"}, "weight", "Vikten får inte vara negativ."),
    ],
)
def test_a_mistake_is_told_at_its_field(browser, changes, field, text):
    result = ExpectedResultFactory()
    response = post(browser, address(ExpectedResult, "change", result.pk), **changes)
    assert form_errors(response) == {field: [text]}


def test_a_number_is_given_once_in_a_plan(browser):
    result = ExpectedResultFactory()
    other = ExpectedResultFactory(focus_area=result.focus_area)
    response = post(browser, address(ExpectedResult, "change", other.pk), number=result.number)
    assert form_errors(response) == {"number": ["Numret finns redan i planen."]}


def test_a_deputy_is_someone_else(browser):
    person = PersonFactory()
    result = ExpectedResultFactory()
    response = post(browser, address(ExpectedResult, "change", result.pk), owner=person.pk, deputy=person.pk)
    assert "Ersättaren måste vara någon annan än den ansvariga." in texts(response)


def test_a_goal_is_written_on_its_focus_area(browser):
    area = FocusAreaFactory()
    response = post(
        browser,
        address(FocusArea, "change", area.pk),
        **{
            "goals-TOTAL_FORMS": 1,
            "goals-0-focus_area": area.pk,
            "goals-0-position": 1,
            "goals-0-text": "En samlad leverantör.",
        },
    )
    assert response.status_code == 302
    assert area.goals.get().text == "En samlad leverantör."


def test_check_ins_are_read_with_their_result_and_never_changed_here(browser):
    check_in = CheckInFactory(comment="Vi väntar på leverantören.")
    page = browser.get(address(ExpectedResult, "change", check_in.result_id)).content.decode()
    assert "Vi väntar på leverantören." in page
    assert browser.post(address(CheckIn, "change", check_in.pk), {"comment": "x"}).status_code == 403
    assert browser.get(address(CheckIn, "add")).status_code == 403


def test_unwritten_sections_are_marked(browser):
    PlanSectionFactory(text="")
    page = browser.get(address(PlanSection, "changelist")).content.decode()
    assert "icon-no" in page
