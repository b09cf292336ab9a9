import pytest

from goals.choices import Status
from goals.models import CheckIn
from tests.factories.core import UserFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Tertial

URL = "/plan/results/3.1.1/"
SAID = {
    "occasion": "2025T2",
    "status": "watch",
    "progress": "55",
    "confidence": "high",
    "comment": "Nu går det.",
    "seen": "",
}


def test_the_owner_sees_the_claim_the_course_and_a_form_filled_in_from_the_last_check_in(owner) -> None:
    page = owner.get(URL).content.decode()
    assert "Två team saknas." in page
    assert 'name="progress" value="40"' in page
    assert '<option value="2025T2" selected>' in page
    assert '<option value="on_plan" selected>' in page


def test_a_reader_sees_no_form_and_why(reader, result) -> None:
    page = reader.get(URL).content.decode()
    assert 'name="progress"' not in page
    assert f"{result.owner.name}, som är ansvarig" in page


def test_an_outsider_is_sent_to_sign_in(client, result) -> None:
    assert client.get(URL).headers["Location"].startswith("/sign-in/")
    assert client.post(f"{URL}check-ins/", SAID).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("number", ["9.9.9", "3.1", "x", "%00"])
def test_an_unknown_number_is_404_in_swedish(owner, number) -> None:
    response = owner.get(f"/plan/results/{number}/")
    assert response.status_code == 404
    assert "finns inte" in response.content.decode()


def test_saves_and_redirects_without_javascript(owner, result, moment) -> None:
    response = owner.post(f"{URL}check-ins/", SAID)
    assert (response.status_code, response.headers["Location"]) == (302, URL)
    made = result.check_ins.latest("pk")
    assert (made.status, made.progress, made.comment) == (Status.WATCH, 55, "Nu går det.")
    assert (made.made_by, made.made_at, made.tertial) == (result.owner.user, moment, Tertial(2025, 2))
    assert "Avstämningen är sparad." in owner.get(URL).content.decode()


def test_saves_with_htmx_and_answers_with_the_part_that_changes(owner, moment) -> None:
    response = owner.post(f"{URL}check-ins/", SAID, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "Nu går det." in page
    assert 'autofocus data-announce="Avstämningen är sparad."' in page
    assert 'hx-swap-oob="true"' in page


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("progress", "140", "Framsteg anges 0–100 procent."),
        ("progress", "", "Ange framsteg"),
        ("progress", "halva", "heltal"),
        ("status", "bra", "giltigt"),
        ("occasion", "2026T1", "giltigt"),
        ("comment", "a\0b", "null"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_with_the_focus_there(owner, result, field, value, reason) -> None:
    for headers, status in (({}, 422), ({"HX-Request": "true"}, 200)):
        response = owner.post(f"{URL}check-ins/", SAID | {field: value}, headers=headers)
        page = response.content.decode()
        assert response.status_code == status
        assert f'id="id_{field}_error"' in page
        assert reason.lower() in page.lower()
        assert page.count("autofocus") == 1
    assert result.check_ins.count() == 1


def test_who_may_not_check_in_is_refused(reader, result) -> None:
    assert reader.post(f"{URL}check-ins/", SAID).status_code == 403
    assert result.check_ins.count() == 1


def test_the_plan_owner_may_check_in(client, result, moment) -> None:
    client.force_login(UserFactory(role=Role.PLAN_OWNER))
    assert client.post(f"{URL}check-ins/", SAID).status_code == 302


def test_two_at_the_same_time_are_both_kept_and_the_second_is_told(client, result, moment) -> None:
    seen = str(result.check_ins.get().pk)
    for person in (result.deputy, result.owner):
        client.force_login(person.user)
        client.post(f"{URL}check-ins/", SAID | {"seen": seen})
    assert result.check_ins.filter(tertial="2025T2").count() == 2
    assert f"{result.deputy.user} gjorde en avstämning medan du skrev" in client.get(URL).content.decode()


def test_a_check_in_has_one_address_and_one_method(owner) -> None:
    assert owner.get(f"{URL}check-ins/").status_code == 405
    assert owner.post(URL).status_code == 405


def test_the_form_asks_for_the_current_tertial_when_the_last_one_is_reported(owner, result) -> None:
    CheckInFactory(result=result, tertial=Tertial(2025, 2), made_at=result.check_ins.get().made_at)
    assert '<option value="2025T3" selected>' in owner.get(URL).content.decode()


def test_text_is_shown_escaped(owner, result) -> None:
    CheckIn.objects.update(comment="<script>alert(1)</script> 🙂 שלום")
    page = owner.get(URL).content.decode()
    assert "<script>alert" not in page
    assert "🙂 שלום" in page


@pytest.mark.parametrize("who", ["owner", "reader"])
@pytest.mark.parametrize("count", [1, 30])
def test_a_fixed_number_of_queries(who, count, request, result, django_assert_max_num_queries) -> None:
    client = request.getfixturevalue(who)
    for number in range(count):
        CheckInFactory(result=result, tertial=Tertial(2025 - number // 9, number // 3 % 3 + 1), made_by=UserFactory())
        CheckInFactory(result=ExpectedResultFactory(parent=result))
    with django_assert_max_num_queries(30) as made:
        assert client.get(URL).status_code == 200
    assert len(made) == {"owner": 11, "reader": 11}[who]
