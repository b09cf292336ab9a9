import datetime as dt

import pytest

from goals.actions import check_ins
from goals.choices import Confidence, Status
from goals.models import CheckIn
from goals.occasions import Occasion
from tests.factories.core import UserFactory
from tests.factories.goals import ExpectedResultFactory
from vp_portal.core.periods import Tertial

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 15, 9, tzinfo=dt.UTC)


def make(**values) -> CheckIn:
    given = {
        "occasion": Occasion(Tertial(2025, 2)),
        "status": Status.ON_PLAN,
        "progress": 50,
        "by": None,
        "at": AT,
    } | values
    return check_ins.make(**{"result": given.get("result") or ExpectedResultFactory()} | given)


def test_says_who_when_and_what_and_leaves_history() -> None:
    user = UserFactory()
    made = make(by=user, comment="Bra", confidence=Confidence.HIGH)
    assert (made.made_by, made.made_at, made.comment, made.confidence) == (user, AT, "Bra", "high")
    assert CheckIn.history.get().history_user == user


def test_two_for_the_same_tertial_are_both_kept() -> None:
    result = ExpectedResultFactory()
    for progress in (40, 45):
        make(result=result, progress=progress)
    assert sorted(result.check_ins.values_list("progress", flat=True)) == [40, 45]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("progress", 101),
        ("progress", -1),
        ("status", "bra"),
        ("confidence", "säker"),
        ("occasion", Occasion(Tertial(2026, 1))),
        ("occasion", Occasion(Tertial(2024, 3))),
    ],
)
def test_what_cannot_be_is_refused_by_field(field, value) -> None:
    with pytest.raises(check_ins.CheckInInvalidError) as caught:
        make(**{field: value})
    assert list(caught.value.message_dict) == [field]
    assert not CheckIn.objects.exists()
