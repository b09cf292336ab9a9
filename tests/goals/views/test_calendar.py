import pytest
from icalendar import Calendar

from goals.choices import MailChoice
from goals.models import ReminderSettings
from tests.factories.goals import ExpectedResultFactory, StrategicGoalFactory
from tests.factories.services import PersonFactory


@pytest.fixture
def address(owner):
    """A new secret address, as the page shows it once."""
    return owner.post("/plan/reminders/calendar/").context["address"].partition("//")[2].partition("/")[2]


def test_the_calendar_says_what_was_made_and_what_is_to_be(reader) -> None:
    page = reader.get("/plan/calendar/").content.decode()
    assert "senast 2025-09-15" in page
    assert "Att göra" in page


def test_each_chooses_how_to_be_reminded(owner, result) -> None:
    assert owner.post("/plan/reminders/choose/", {"mail": "single"}).status_code == 302
    assert ReminderSettings.objects.get(user=result.owner.user).mail == MailChoice.SINGLE
    assert owner.post("/plan/reminders/choose/", {"mail": "duva"}).status_code == 422


def test_the_feed_holds_ones_own_deadlines_without_a_sign_in(address, client, result) -> None:
    other = ExpectedResultFactory(focus_area=result.focus_area, owner=PersonFactory())
    client.logout()
    response = client.get(f"/{address}")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.content).walk("VEVENT")
    assert "Avstämning 3.1.1 för T2\xa02025" in [str(event["summary"]) for event in events]
    assert not any(other.number in str(event["summary"]) for event in events)


def test_only_a_digest_of_the_secret_is_kept(address) -> None:
    token = address.rpartition("/")[2].removesuffix(".ics")
    row = ReminderSettings.objects.get()
    assert token not in str(vars(row))
    assert len(row.feed_digest) == 64


def test_it_is_revoked_and_replaced(address, owner, client) -> None:
    new = owner.post("/plan/reminders/calendar/").context["address"].partition("//")[2].partition("/")[2]
    assert (client.get(f"/{address}").status_code, client.get(f"/{new}").status_code) == (404, 200)
    owner.post("/plan/reminders/calendar/revoke/")
    assert client.get(f"/{new}").status_code == 404


def test_it_stops_with_the_account(address, client, result) -> None:
    result.owner.user.is_active = False
    result.owner.user.save()
    client.logout()
    assert client.get(f"/{address}").status_code == 404


def test_gaps_between_results_and_goals_above_are_told_both_ways(reader, result) -> None:
    names = (("S2", "Målet ett."), ("10b", "Målet två."))
    served, bare = (StrategicGoalFactory(plan=result.plan, number=n, text=text) for n, text in names)
    other = ExpectedResultFactory(focus_area=result.focus_area)
    result.serves.add(served)
    page = reader.get("/plan/alignment/").content.decode()
    assert page.count("Inget förväntat resultat bidrar till målet.") == 1
    assert bare.text in page
    assert page.index(other.text) > page.index("Resultat som inte bidrar")
