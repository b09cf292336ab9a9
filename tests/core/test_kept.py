"""What someone had written when the sign-in was over."""

import pytest

from tests.factories.core import UserFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import PersonFactory
from vp_portal.core import kept
from vp_portal.core.signin import sessions

pytestmark = pytest.mark.django_db
PAGE, POST = "/plan/results/3.1.1/", "/plan/results/3.1.1/check-ins/"
WRITTEN = {"occasion": "2025T2", "status": "watch", "progress": "61", "confidence": "high", "comment": "En hel sida."}


@pytest.fixture
def result(today):
    return ExpectedResultFactory(owner=PersonFactory(user=UserFactory()))


def written_by(client, user) -> dict[str, str]:
    """The form as the user was shown it; the session is gone afterwards."""
    client.force_login(user)
    form = client.get(PAGE).content.decode()
    client.cookies.clear()
    return WRITTEN | {kept.FIELD: form.split(f'name="{kept.FIELD}" value="')[1].split('"')[0]}


def test_a_form_sent_after_the_session_is_there_again_after_signing_in(client, result) -> None:
    answer = client.post(POST, written_by(client, result.owner.user))
    assert answer.headers["Location"].startswith("/sign-in/?next=/plan/results/3.1.1/")
    client.force_login(result.owner.user)
    page = client.get(PAGE).content.decode()
    assert "En hel sida." in page
    assert 'name="progress" value="61"' in page
    assert "Det du skrev finns kvar" in page
    assert not result.check_ins.exists()


def test_a_session_that_ends_with_the_form_keeps_it_for_its_own_user(client, result, monkeypatch) -> None:
    form = written_by(client, result.owner.user)
    client.force_login(result.owner.user)
    client.get(PAGE)
    monkeypatch.setattr(sessions, "has_ended", lambda _session: True)
    client.post(POST, form)
    assert client.session["kept_form"]["values"]["comment"] == "En hel sida."
    monkeypatch.undo()
    other = PersonFactory(user=UserFactory())
    result.deputy = other
    result.save()
    client.force_login(other.user)
    assert "En hel sida." not in client.get(PAGE).content.decode()


def test_nobody_else_sees_what_was_written_though_the_session_was_gone_altogether(client, result) -> None:
    other = PersonFactory(user=UserFactory())
    result.deputy = other
    result.save()
    client.post(POST, written_by(client, result.owner.user))
    assert client.session["kept_form"]["user"] == result.owner.user.pk
    client.force_login(other.user)
    assert "En hel sida." not in client.get(PAGE).content.decode()
    assert "kept_form" not in client.session


@pytest.mark.parametrize("mark", [{}, {kept.FIELD: "1"}, {kept.FIELD: "1:x"}, {kept.FIELD: ""}])
def test_what_nobody_is_known_to_have_written_is_not_kept(client, result, mark) -> None:
    answer = client.post(POST, WRITTEN | mark)
    assert answer.headers["Location"].startswith("/sign-in/?next=/plan/results/3.1.1/")
    assert "kept_form" not in client.session


def test_htmx_leads_the_whole_page_to_the_sign_in(client, result) -> None:
    answer = client.post(POST, WRITTEN, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/sign-in/?next=/plan/results/3.1.1/")


def test_what_is_saved_is_kept_no_longer(client, result) -> None:
    client.post(POST, written_by(client, result.owner.user))
    client.force_login(result.owner.user)
    client.post(POST, WRITTEN)
    assert result.check_ins.get().comment == "En hel sida."
    assert "Det du skrev finns kvar" not in client.get(PAGE).content.decode()


def test_a_form_that_is_too_long_is_not_kept(client, result) -> None:
    client.post(POST, written_by(client, result.owner.user) | {"comment": "x" * kept.MOST})
    assert "kept_form" not in client.session


def test_other_forms_are_not_kept(client, db) -> None:
    client.post("/finance/imports/new/", {"name": "x"})
    assert "kept_form" not in client.session
