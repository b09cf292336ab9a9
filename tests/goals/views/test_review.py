import pytest

from goals.choices import Review
from goals.models import CheckIn
from tests.factories.core import UserFactory
from tests.factories.goals import CheckInFactory
from tests.factories.services import PersonFactory
from vp_portal.core.periods import Tertial

URL = "/plan/results/3.1.1/"
SAID = {"occasion": "2025T1", "status": "watch", "progress": "55", "confidence": "high", "comment": "Rättat."}


@pytest.fixture
def reviewer(client, result):
    result.reviewer = PersonFactory(user=UserFactory())
    result.save()
    client.force_login(result.reviewer.user)
    return client


def answer(client, check_in, **values):
    return client.post(f"{URL}check-ins/review/", {"check_in": check_in.pk, "answer": "acknowledged"} | values)


def test_the_reviewer_acknowledges(reviewer, result, moment) -> None:
    assert "Granska avstämningen" in reviewer.get(URL).content.decode()
    assert answer(reviewer, result.check_ins.get()).status_code == 302
    made = result.check_ins.get()
    assert (made.review, made.reviewed_by, made.reviewed_at) == (Review.ACKNOWLEDGED, result.reviewer.user, moment)
    page = reviewer.get(URL).content.decode()
    assert "Kvitterad" in page
    assert "Granska avstämningen" not in page


def test_returning_needs_a_comment_which_the_owner_sees(reviewer, client, result, moment) -> None:
    check_in = result.check_ins.get()
    refused = answer(reviewer, check_in, answer="returned")
    assert refused.status_code == 422
    assert "Skriv vad som behöver ändras." in refused.content.decode()
    answer(reviewer, check_in, answer="returned", comment="Var är siffrorna?")
    client.force_login(result.owner.user)
    page = client.get(URL).content.decode()
    assert "Återlämnad av granskaren" in page
    assert "Var är siffrorna?" in page


@pytest.mark.parametrize("who", ["owner", "reader"])
def test_nobody_else_reviews(who, request, result) -> None:
    assert answer(request.getfixturevalue(who), result.check_ins.get()).status_code == 403


def test_a_reviewer_does_not_acknowledge_what_they_made(reviewer, result) -> None:
    own = CheckInFactory(result=result, tertial=Tertial(2025, 2), made_by=result.reviewer.user)
    assert "Granska avstämningen" not in reviewer.get(URL).content.decode()
    assert "själv" in answer(reviewer, own).content.decode()


def test_only_the_one_that_stands_is_reviewed(reviewer, result) -> None:
    old = result.check_ins.get()
    CheckInFactory(result=result, tertial=Tertial(2025, 2), made_by=result.owner.user)
    assert "senare avstämning" in answer(reviewer, old).content.decode()


@pytest.mark.parametrize("pk", ["0", "abc", "9" * 40])
def test_a_check_in_that_is_none_is_refused(reviewer, result, pk) -> None:
    assert reviewer.post(f"{URL}check-ins/review/", {"check_in": pk, "answer": "acknowledged"}).status_code == 422


@pytest.mark.parametrize(("review", "corrects"), [("", True), ("returned", True), ("acknowledged", False)])
def test_a_check_in_is_corrected_until_it_is_acknowledged_and_then_superseded(
    owner, result, moment, review, corrects
) -> None:
    first = result.check_ins.get()
    CheckIn.objects.update(review=review, reviewed_at=moment if review else None)
    owner.post(f"{URL}check-ins/", SAID | {"seen": first.pk})
    made = result.check_ins.latest("pk")
    assert (made.corrects, result.check_ins.count()) == (first if corrects else None, 2)
    assert ("rättad sedan" if corrects else "ersatt av en senare") in owner.get(URL).content.decode()


def test_the_form_for_a_correction_holds_the_comment(owner, result) -> None:
    page = owner.get(f"{URL}?occasion=2025T1").content.decode()
    assert ">\nTvå team saknas.</textarea>" in page
