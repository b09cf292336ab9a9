"""Second factors: who must have one, codes of an app, codes in reserve, and confirming before a change."""

import time
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.factories.core import PASSWORD, UserFactory
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.core.signin import password_link, reserve_codes, second_factor

hash_codes = import_module("vp_portal.core.migrations.0007_hashed_reserve_codes").hash_codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def needed(settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["administrator", "controller"]
    settings.SIGN_IN_ATTEMPTS = 3
    cache.clear()


@pytest.fixture
def controller():
    return UserFactory(role=Role.CONTROLLER, email="kim@tekniska.example")


@pytest.fixture
def as_in_production(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def with_app(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def begin(user, **more) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": user.username, "password": PASSWORD, **more})
    return client


def confirm(client) -> None:
    client.post("/account/confirm/password/", {"password": PASSWORD})


@pytest.fixture
def set_up(monkeypatch):
    """Adds an app in the browser; the answer. What follows on commit follows at once, as it does outside of tests."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda follow, *more, **options: follow())

    def add(client):
        confirm(client)
        page = client.get("/account/app/")
        return client.post("/account/app/", {"code": code_of(page.context["form"].secret)})

    return add


@pytest.mark.parametrize("role", [Role.CONTROLLER, Role.ADMINISTRATOR])
def test_roles_that_can_do_much_are_sent_to_set_one_up(role):
    client = begin(UserFactory(role=role))
    for path in ("/", "/finance/", "/gallery/", "/admin/", "/account/sessions/"):
        assert client.get(path).headers["Location"] == "/account/"
    assert "Ditt konto behöver tvåstegsverifiering" in client.get("/account/").content.decode()


@pytest.mark.parametrize("role", [Role.READER, Role.MANAGEMENT, Role.PLAN_OWNER, None])
def test_others_may_do_without(role):
    assert begin(UserFactory(role=role)).get("/gallery/").status_code == 200


def test_who_may_do_everything_needs_one_too():
    assert begin(UserFactory(is_superuser=True)).get("/gallery/").headers["Location"] == "/account/"


def test_nothing_is_changed_before_there_is_one(controller):
    client = begin(controller)
    assert client.post("/theme/", {"theme": "dark"}).status_code == 302
    assert client.post("/account/sessions/end/").headers["Location"] == "/account/"


def test_a_role_given_during_a_session_counts_at_once(controller):
    user = UserFactory()
    client = begin(user)
    assert client.get("/gallery/").status_code == 200
    user.role_grants.create(role=Role.CONTROLLER, valid=controller.role_grants.get().valid, reason="x")
    assert client.get("/gallery/").headers["Location"] == "/account/"


def test_an_app_is_set_up_and_opens_the_portal(controller, set_up):
    client = begin(controller)
    assert set_up(client).headers["Location"] == "/account/codes/new/"
    assert client.get("/gallery/").status_code == 200


def test_codes_in_reserve_are_shown_once(controller, set_up):
    client = begin(controller)
    set_up(client)
    first = client.post("/account/codes/new/")
    codes = first.context["codes"]
    assert len(set(codes)) == 10
    assert codes[0] in first.content.decode()
    again = client.get("/account/codes/new/").content.decode()
    assert not [code for code in codes if code in again]
    assert "Du har 10 oanvända koder" in again


def test_setting_one_up_ends_other_sessions_and_is_told(controller, set_up):
    other = begin(controller)
    client = begin(controller)
    set_up(client)
    assert other.get("/account/").headers["Location"].startswith("/sign-in/")
    assert "koder från en app är aktiverade" in mail.outbox[0].body
    changes = AuditEntry.objects.filter(event=AuditEvent.MFA_CHANGED).values_list("detail", flat=True)
    assert [(each["what"], each["kind"]) for each in changes] == [("added", "totp")]


def test_secrets_are_kept_encrypted(controller):
    secret = with_app(controller)
    assert secret not in str(Authenticator.objects.get().data)


def test_the_second_step_is_asked_for_and_leads_on(controller):
    secret = with_app(controller)
    client = begin(controller, next="/plan/")
    assert client.get("/plan/").headers["Location"].startswith("/sign-in/")
    answer = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/plan/"
    assert client.get("/gallery/").status_code == 200


def test_a_code_counts_once(controller):
    secret = with_app(controller)
    code = code_of(secret)
    begin(controller).post("/sign-in/code/", {"code": code})
    again = begin(controller)
    again.post("/sign-in/code/", {"code": code})
    assert again.get("/gallery/").headers["Location"].startswith("/sign-in/")


def test_a_code_in_reserve_counts_once(controller):
    with_app(controller)
    client, code = begin(controller), reserve_codes.renew(controller)[0]
    assert client.post("/sign-in/code/", {"code": code.upper().replace("-", " ")}).status_code == 302
    assert reserve_codes.left(controller) == 9
    again = begin(controller)
    assert again.post("/sign-in/code/", {"code": code}).status_code == 200


@pytest.mark.usefixtures("as_in_production")
def test_codes_in_reserve_are_kept_hashed_with_a_salt_each(controller):
    codes = reserve_codes.renew(controller)
    kept = Authenticator.objects.get(user=controller).data
    assert all(each.startswith("argon2$argon2id$") for each in kept["hashes"])
    assert len({each.split("$")[4] for each in kept["hashes"]}) == 10
    assert not [code for code in codes if code.replace("-", "") in str(kept)]


def test_codes_from_before_are_hashed_and_still_count(controller):
    """What the package kept encrypted, as the migration finds it."""
    with_app(controller)
    old = RecoveryCodes.activate(controller)
    codes = old.get_unused_codes()
    old.validate_code(codes[0])
    hash_codes(apps, None)
    assert "seed" not in Authenticator.objects.get(type="recovery_codes").data
    assert [bool(reserve_codes.use(controller, code)) for code in codes[:3]] == [False, True, True]


def test_new_codes_replace_those_before_and_are_told(controller, set_up):
    client = begin(controller)
    set_up(client)
    first, second = (client.post("/account/codes/new/").context["codes"] for _ in range(2))
    assert not reserve_codes.use(controller, first[0])
    assert reserve_codes.use(controller, second[0])
    assert "nya reservkoder är skapade" in mail.outbox[-1].body
    changes = AuditEntry.objects.filter(event=AuditEvent.MFA_CHANGED, detail__kind="recovery_codes")
    assert [each.detail["what"] for each in changes.order_by("pk")] == ["added", "renewed"]


def test_who_has_no_second_factor_gets_no_codes_in_reserve():
    client = begin(UserFactory())
    confirm(client)
    assert client.post("/account/codes/new/").headers["Location"] == "/account/"
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("role", [Role.READER, Role.MANAGEMENT, Role.PLAN_OWNER, None])
def test_every_account_with_a_password_needs_one_outside_of_a_trial(role, settings):
    settings.SECOND_FACTOR_WITH_PASSWORD = True
    assert begin(UserFactory(role=role)).get("/gallery/").headers["Location"] == "/account/"


def test_who_comes_by_the_directory_follows_the_directory(settings, client):
    settings.SECOND_FACTOR_WITH_PASSWORD = True
    user = UserFactory(role=Role.READER)
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    assert client.get("/gallery/").status_code == 200
    settings.SECOND_FACTOR_OF_ALL = True
    assert client.get("/gallery/").headers["Location"] == "/account/"


REFEDS = "https://refeds.org/profile/mfa"


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"acr": REFEDS}, True),
        ({"amr": ["pwd", "mfa"]}, True),
        ({}, False),
        ({"acr": "https://refeds.org/profile/sfa"}, False),
        ({"acr": [REFEDS]}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"mfa": True}, False),
    ],
)
def test_the_directorys_word_for_two_factors_counts_for_who_has_it(controller, rf, claims, counts):
    controller.set_unusable_password()
    for user, expected in ((controller, counts), (UserFactory(role=Role.CONTROLLER, password=None), False)):
        request = rf.get("/")
        request.session, request.user = {}, user
        second_factor.vouch(request, controller, claims)
        assert second_factor.is_missing(request) is not expected


def test_the_directorys_word_from_before_is_gone_with_the_next_sign_in(controller, rf):
    request = rf.get("/")
    request.session, request.user = {}, controller
    second_factor.vouch(request, controller, {"acr": REFEDS})
    second_factor.vouch(request, controller, {})
    assert second_factor.is_missing(request)


def test_a_new_password_leads_past_no_second_factor(controller):
    with_app(controller)
    path = password_link.path_for(controller)
    owner = Client()
    form = owner.get(path, follow=True).redirect_chain[-1][0]
    owner.post(form, {"new_password1": "En ny och lång fras om åar"})
    assert owner.get("/gallery/").status_code == 302
    answer = owner.post("/sign-in/", {"username": controller.username, "password": "En ny och lång fras om åar"})
    assert answer.headers["Location"] == "/sign-in/code/"
    assert owner.get("/gallery/").status_code == 302


def test_guessing_codes_is_stopped_for_the_address(controller):
    secret = with_app(controller)
    client = begin(controller)
    for _ in range(3):
        client.post("/sign-in/code/", {"code": "000000"})
    stopped = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert "För många försök" in stopped.content.decode()
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    elsewhere.post("/sign-in/", {"username": controller.username, "password": PASSWORD})
    assert elsewhere.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302


def test_guessing_codes_from_many_addresses_is_stopped_in_the_end(controller, settings):
    settings.CODE_ATTEMPTS_PER_ACCOUNT = 4
    secret = with_app(controller)
    for n in range(4):
        client = Client(REMOTE_ADDR=f"198.51.100.{n}")
        client.post("/sign-in/", {"username": controller.username, "password": PASSWORD})
        client.post("/sign-in/code/", {"code": "000000"})
    client = Client(REMOTE_ADDR="198.51.100.77")
    client.post("/sign-in/", {"username": controller.username, "password": PASSWORD})
    assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 200


def test_the_second_step_alone_leads_nowhere(client):
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"
    assert client.post("/sign-in/code/", {"code": "000000"}).headers["Location"] == "/sign-in/"


def test_an_account_closed_between_the_steps_is_not_let_in(controller):
    secret = with_app(controller)
    client = begin(controller)
    controller.is_active = False
    controller.save()
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert client.get("/gallery/").status_code == 302


@pytest.mark.parametrize("path", ["/account/app/", "/account/passkeys/add/", "/account/codes/new/"])
def test_who_changes_how_to_sign_in_confirms_first(path):
    client = begin(UserFactory())
    assert client.get(path).headers["Location"].startswith("/account/confirm/password/?next=")
    confirm(client)
    assert "/account/confirm/" not in client.get(path).headers.get("Location", "")


def test_a_confirmation_holds_for_ten_minutes(monkeypatch):
    client = begin(UserFactory())
    confirm(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 601
    session.save()
    assert client.get("/account/app/").status_code == 302


def test_a_wrong_password_confirms_nothing():
    client = begin(UserFactory())
    answer = client.post("/account/confirm/password/", {"password": "fel"})
    assert "Fel lösenord" in answer.content.decode()
    assert client.get("/account/app/").status_code == 302


def test_confirming_is_limited_like_signing_in():
    client = begin(UserFactory())
    for _ in range(3):
        client.post("/account/confirm/password/", {"password": "fel"})
    answer = client.post("/account/confirm/password/", {"password": PASSWORD})
    assert "För många försök" in answer.content.decode()


def test_taking_the_last_one_away_closes_the_portal_again(controller, set_up):
    client = begin(controller)
    set_up(client)
    client.post("/account/app/remove/")
    assert not Authenticator.objects.exists()
    assert client.get("/gallery/").headers["Location"] == "/account/"


def test_somebody_elses_passkey_can_not_be_taken_away(controller):
    other = Authenticator.objects.create(user=UserFactory(), type="webauthn", data={"name": "Nyckel"})
    client = begin(UserFactory())
    confirm(client)
    for path in (f"/account/passkeys/{other.pk}/remove/", f"/account/passkeys/{other.pk}/name/"):
        assert client.post(path, {"name": "Min"}).status_code == 404
    assert Authenticator.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize(
    "credential", ["", "{", "[]", "null", "7", "{}", '{"response": {}}', '{"response": {"userHandle": "AA"}}']
)
def test_a_made_up_passkey_signs_nobody_in(client, credential):
    client.get("/sign-in/passkey/", headers={"accept": "application/json"})
    answer = client.post("/sign-in/passkey/", {"credential": credential})
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_no_page_of_second_factors_is_in_the_admin(admin_client, settings):
    settings.SECOND_FACTOR_ROLES = []
    for path in ("/admin/mfa/authenticator/", "/admin/socialaccount/socialapp/", "/admin/account/emailaddress/"):
        assert admin_client.get(path).status_code == 404
