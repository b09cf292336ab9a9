import datetime as dt

import pytest
from django.core import mail

from goals.actions import reminders
from goals.choices import MailChoice, ReminderKind
from goals.models import FollowUpRules, Plan, SentReminder
from goals.occasions import Occasion
from goals.reports.reminders import reminders as due
from tests.factories.core import UserFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.periods import Tertial

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 16, 4, 30, tzinfo=dt.UTC)
BEFORE, AFTER = dt.date(2025, 9, 10), dt.date(2025, 9, 16)
#: Five working days after 15 September, and five more.
MANAGER, NEXT = dt.date(2025, 9, 22), dt.date(2025, 9, 29)


@pytest.fixture
def result():
    """Owned by someone in a unit with a manager, below another."""
    top = UnitFactory(manager=PersonFactory(email="topp@example.org"))
    unit = UnitFactory(parent=top, manager=PersonFactory(email="chef@example.org"))
    owner = PersonFactory(email="agare@example.org", user=UserFactory())
    return ExpectedResultFactory(owner=owner, unit=unit)


def sent(on: dt.date) -> list[str]:
    mail.outbox.clear()
    reminders.send(due(Plan.objects.current(on), on), at=AT)
    return [letter.to[0] for letter in mail.outbox]


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (dt.date(2025, 9, 9), []),
        (BEFORE, [ReminderKind.BEFORE]),
        (AFTER, [ReminderKind.AFTER]),
        (MANAGER - dt.timedelta(days=1), [ReminderKind.AFTER]),
        (MANAGER, [ReminderKind.AFTER, ReminderKind.MANAGER]),
        (NEXT, [ReminderKind.AFTER, ReminderKind.MANAGER, ReminderKind.NEXT_MANAGER]),
    ],
)
def test_what_is_not_made_climbs_the_line(result, on, told) -> None:
    assert [each.kind for each in due(Plan.objects.current(on), on)] == told


def test_each_letter_goes_once(result) -> None:
    assert [sent(day) for day in (BEFORE, BEFORE, AFTER, AFTER, MANAGER, NEXT, NEXT)] == [
        ["agare@example.org"],
        [],
        ["agare@example.org"],
        [],
        ["chef@example.org"],
        ["topp@example.org"],
        [],
    ]


def test_a_manager_who_owns_the_result_is_told_once_and_the_next_one_takes_the_place(result) -> None:
    result.owner = next(each.person for each in due(result.plan, MANAGER) if each.kind == ReminderKind.MANAGER)
    result.save()
    found = {each.kind: each.person.email for each in due(result.plan, NEXT)}
    assert found == {ReminderKind.AFTER: "chef@example.org", ReminderKind.MANAGER: "topp@example.org"}


def test_a_check_in_that_is_made_reminds_nobody(result) -> None:
    made_at = dt.datetime(2025, 9, 1, 9, tzinfo=dt.UTC)
    CheckInFactory(result=result, tertial=Tertial(2025, 2), made_at=made_at)
    assert sent(NEXT) == []


@pytest.mark.parametrize(("choice", "letters"), [(MailChoice.DIGEST, 1), (MailChoice.SINGLE, 2), (MailChoice.NONE, 0)])
def test_each_person_chooses_one_letter_several_or_none(result, choice, letters) -> None:
    ExpectedResultFactory(owner=result.owner, focus_area=result.focus_area)
    reminders.choose(result.owner.user, choice)
    assert len(sent(AFTER)) == letters


def test_a_letter_tells_what_when_and_where(result) -> None:
    sent(AFTER)
    letter = mail.outbox[0]
    assert "3.1.1" in letter.subject
    assert "skulle ha varit gjord 2025-09-15" in letter.body
    assert "/plan/results/3.1.1/#check-in" in letter.body


def test_a_letter_that_the_server_refuses_goes_the_next_time(result, monkeypatch) -> None:
    def refuse(_letter):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert sent(AFTER) == []
    assert not SentReminder.objects.exists()
    monkeypatch.undo()
    assert sent(AFTER) == ["agare@example.org"]


def test_a_letter_whose_sending_is_cut_off_is_not_sent_again_but_told(result, monkeypatch, caplog) -> None:
    def cut_off(_letter):
        raise SystemExit

    monkeypatch.setattr("django.core.mail.EmailMessage.send", cut_off)
    with pytest.raises(SystemExit):
        sent(AFTER)
    monkeypatch.undo()
    later = AT + dt.timedelta(days=1)
    assert sent(AFTER) == []
    assert [SentReminder.objects.unsure(at).count() for at in (AT, later)] == [0, 1]
    reminders.send([], at=later)
    assert "may not have been sent" in caplog.text


def test_a_letter_that_went_says_when(result) -> None:
    sent(AFTER)
    row = SentReminder.objects.get()
    assert (row.claimed_at, row.sent_at) == (AT, AT)


def test_bank_holidays_put_off_each_step() -> None:
    occasion, rules = Occasion(Tertial(2026, 1)), FollowUpRules(deadline_days=14)
    assert rules.deadline(occasion) == dt.date(2026, 5, 15)  # The 14th is Ascension Day.
    rules = FollowUpRules(deadline_days=20, manager_after=20, next_manager_after=20)
    assert rules.deadline(occasion) == dt.date(2026, 5, 20)
    assert rules.tells_manager(occasion) == dt.date(2026, 6, 17)
    assert rules.tells_next_manager(occasion) == dt.date(2026, 7, 16)  # The 19th of June is the eve of midsummer.


def test_who_has_left_gets_no_letter(result) -> None:
    result.owner.user.is_active = False
    result.owner.user.save()
    assert sent(AFTER) == []


@pytest.mark.parametrize("count", [1, 30])
def test_as_many_questions_for_many_as_for_one(result, count, django_assert_max_num_queries) -> None:
    for _ in range(count):
        ExpectedResultFactory(owner=PersonFactory(), unit=result.unit, focus_area=result.focus_area)
    plan = Plan.objects.current(NEXT)
    with django_assert_max_num_queries(6):
        due(plan, NEXT)
