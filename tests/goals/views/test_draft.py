from goals.models import CheckInDraft
from tests.factories.core import UserFactory
from vp_portal.core import kept
from vp_portal.core.access import Role

URL = "/plan/results/3.1.1/"
WRITTEN = {"progress": "halva", "comment": "Inte klart än.", "seen": ""}


def test_a_draft_is_kept_as_it_was_written_and_shown_again(owner, result) -> None:
    assert owner.post(f"{URL}check-ins/draft/", WRITTEN).status_code == 302
    page = owner.get(URL).content.decode()
    assert "Inte klart än." in page
    assert 'value="halva"' in page
    assert "Formuläret visar ditt utkast" in page
    assert result.check_ins.count() == 1


def test_nobody_else_sees_it(owner, client, result) -> None:
    owner.post(f"{URL}check-ins/draft/", WRITTEN)
    client.force_login(UserFactory(role=Role.PLAN_OWNER))
    assert "Inte klart än." not in client.get(URL).content.decode()


def test_it_saves_itself_with_htmx(owner) -> None:
    page = owner.post(f"{URL}check-ins/draft/", WRITTEN, headers={"HX-Request": "true"}).content.decode()
    assert "Utkastet är sparat" in page
    assert "<html" not in page


def test_it_is_gone_when_the_check_in_is_made_or_it_is_thrown_away(owner, moment) -> None:
    said = {"occasion": "2025T2", "status": "watch", "progress": "55", "confidence": "high", "comment": "x", "seen": ""}
    for address, data in ((f"{URL}check-ins/", said), (f"{URL}check-ins/draft/", {"drop": "1"})):
        owner.post(f"{URL}check-ins/draft/", WRITTEN)
        owner.post(address, data)
        assert not CheckInDraft.objects.exists()


def test_what_cannot_be_stored_or_is_too_long_is_no_error(owner) -> None:
    owner.post(f"{URL}check-ins/draft/", {"comment": "a\0b"})
    assert CheckInDraft.objects.get().values == {"comment": "ab"}
    assert owner.post(f"{URL}check-ins/draft/", {"comment": "x" * (kept.MOST + 1)}).status_code == 422


def test_who_may_not_check_in_has_no_draft(reader, result) -> None:
    assert reader.post(f"{URL}check-ins/draft/", WRITTEN).status_code == 403
