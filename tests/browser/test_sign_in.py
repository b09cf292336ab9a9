"""Single sign-on against a real OpenID provider in a second process, second factors and one's own sessions.

The portal is on `localhost`, where passkeys work, and the provider on `127.0.0.1`: two sites.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from tests.browser.conftest import PASSWORD, assert_accessible, free_port, served, wait_for, watch
from tests.conftest import ROOT

ANNA = "anna.berg"
SECRET = secrets.token_urlsafe(24)
SSO = "text=Logga in med Tekniska högskolan"


class Provider:
    """The provider as a test sees it: people are made and changed, and sign in on its own page."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def person(self, username: str, *groups: str, **more) -> None:
        body = {"username": username, "password": SECRET, "groups": groups, **more}
        urllib.request.urlopen(f"{self.url}/control/", json.dumps(body).encode(), timeout=10).close()

    def sign_in(self, page, username: str) -> None:
        page.wait_for_url(f"{self.url}/**")
        page.fill("[name=username]", username)
        page.fill("[name=password]", SECRET)
        page.click("text=Logga in")
        page.click("[name=allow]")


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture(scope="module")
def provider(ports, tmp_path_factory):
    provider_port, portal_port = ports
    env = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "PROVIDER_PORT": str(provider_port),
        "PROVIDER_DATABASE": str(tmp_path_factory.mktemp("provider") / "provider.sqlite3"),
        "PROVIDER_CLIENT": "vp-portalen",
        "PROVIDER_SECRET": SECRET,
        "PROVIDER_CALLBACK": f"http://localhost:{portal_port}/sign-in/directory/callback/",
    }
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.provider"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(provider_port, process)
        yield Provider(provider_port)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def sso(environment, provider, ports):
    """The portal with the provider as its directory, where controllers need a second factor."""
    variables = {
        "VP_OIDC_ISSUER": f"{provider.url}/o",
        "VP_OIDC_CLIENT_ID": "vp-portalen",
        "VP_OIDC_CLIENT_SECRET": SECRET,
        "VP_OIDC_NAME": "Tekniska högskolan",
        "VP_TRIAL_MFA": "1",
    }
    with served(environment | variables, ports[1]) as found:
        yield f"http://localhost:{found.port}"


@pytest.fixture(scope="module")
def groups(chromium, portal, sign_in):
    """An administrator says what the directory's groups mean, in the register."""
    context = chromium.new_context(base_url=portal, storage_state=sign_in("admin"))
    page = context.new_page()
    for group, role in (("vp-läsare", "reader"), ("vp-ledning", "management"), ("vp-controllers", "controller")):
        page.goto("/admin/core/directoryrole/add/")
        page.fill("[name=group]", group)
        page.select_option("[name=role]", role)
        page.click("[name=_save]")
        page.wait_for_selector(".success, .messagelist")
    context.close()


@pytest.fixture
def visit(chromium, sso, groups):
    """Opens a browser of its own at the portal; errors in the console fail the test."""
    contexts, problems = [], []

    def open_page(**options):
        context = chromium.new_context(base_url=sso, locale="sv-SE", **options)
        contexts.append(context)
        watch(context, problems)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not [problem for problem in problems if "the server responded with a status of 4" not in problem]


def sign_in_with_password(page, username: str, path: str = "/sign-in/") -> None:
    page.goto(path)
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main form:has([name=username]) button")


def changed(url: str, **values: str) -> str:
    parts = urlsplit(url)
    query = {name: found[0] for name, found in parse_qs(parts.query).items()} | values
    return urlunsplit(parts._replace(query=urlencode(query)))


def test_the_whole_journey_leads_to_the_page_that_was_asked_for(visit, provider):
    provider.person(
        ANNA, "vp-läsare", fields={"first_name": "Anna", "last_name": "Berg", "email": "anna@tekniska.example"}
    )
    page = visit()
    page.goto("/plan/")
    page.click(SSO)
    provider.sign_in(page, ANNA)
    page.wait_for_url("**/plan/")
    assert "Anna Berg" in page.inner_text(".user-menu summary")
    assert page.goto("/finance/imports/").status == 403


def test_a_role_comes_and_goes_with_its_group(visit, provider):
    for group, heading in (("vp-ledning", "Avdelningen just nu"), ("vp-läsare", "Så går det för verksamhetsplanen")):
        provider.person("rolf.roll", group, fields={"first_name": "Rolf", "last_name": "Roll"})
        page = visit()
        page.goto("/sign-in/")
        page.click(SSO)
        provider.sign_in(page, "rolf.roll")
        page.wait_for_selector(".user-menu")
        assert page.inner_text("main h1") == heading


def test_who_is_in_no_group_is_told_so_and_is_not_let_in(visit, provider):
    provider.person("utan.grupp", "alla-anställda")
    page = visit()
    page.goto("/sign-in/")
    page.click(SSO)
    provider.sign_in(page, "utan.grupp")
    page.wait_for_url("**/sign-in/")
    assert "inte till någon grupp" in page.inner_text("#messages")
    assert_accessible(page)


def test_a_group_that_is_taken_away_closes_the_account_and_every_session(visit, provider):
    provider.person("sven.slut", "vp-läsare")
    here, there = visit(), visit()
    for page in (here, there):
        page.goto("/sign-in/")
        page.click(SSO)
        provider.sign_in(page, "sven.slut")
        page.wait_for_selector(".user-menu")
    provider.person("sven.slut")
    third = visit()
    third.goto("/sign-in/")
    third.click(SSO)
    provider.sign_in(third, "sven.slut")
    third.wait_for_selector("#messages .notice--risk")
    here.goto("/plan/")
    assert "/sign-in/" in here.url


def test_no_at_the_provider_is_no_error(visit, provider):
    provider.person("nina.nej", "vp-läsare")
    page = visit()
    page.goto("/sign-in/")
    page.click(SSO)
    page.fill("[name=username]", "nina.nej")
    page.fill("[name=password]", SECRET)
    page.click("text=Logga in")
    page.click("[name=refuse]")
    page.wait_for_url("**/sign-in/")
    assert "avbröts" in page.inner_text("#messages")


@pytest.mark.parametrize("name", ["state", "nonce"])
def test_an_answer_to_another_question_is_refused(visit, provider, name):
    provider.person("ove.omväg", "vp-läsare")
    page = visit()

    def tamper(route) -> None:
        answer = route.fetch(max_redirects=0)
        location = changed(answer.headers["location"], **{name: "another"})
        route.fulfill(response=answer, headers=answer.headers | {"location": location})

    page.route("**/sign-in/directory/?*", tamper)
    page.goto("/sign-in/?next=/plan/")
    page.click(SSO)
    provider.sign_in(page, "ove.omväg")
    page.wait_for_url("**/sign-in/")
    assert "Inloggningen misslyckades" in page.inner_text("#messages")
    assert page.locator(".user-menu").count() == 0


def test_an_answer_counts_once(visit, provider):
    provider.person("dag.dubbel", "vp-läsare")
    page, answers = visit(), []
    page.on("request", lambda request: answers.append(request.url) if "/callback/" in request.url else None)
    page.goto("/sign-in/")
    page.click(SSO)
    provider.sign_in(page, "dag.dubbel")
    page.wait_for_selector(".user-menu")
    other = visit()
    other.goto(answers[0])
    assert other.url.endswith("/sign-in/")
    assert "misslyckades" in other.inner_text("#messages")


def test_a_controller_sets_up_an_app_before_anything_else(visit):
    page = visit()
    sign_in_with_password(page, "controller", "/sign-in/?next=/finance/imports/")
    page.wait_for_url("**/account/")
    assert "Ditt konto behöver tvåstegsverifiering" in page.inner_text("main")
    assert_accessible(page)
    page.goto("/finance/")
    assert page.url.endswith("/account/")
    page.click("text=Sätt upp en app")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector(".qr svg")
    assert_accessible(page)
    secret = page.inner_text(".qr__secret")
    page.fill("[name=code]", code_of(secret))
    page.click("text=Aktivera")
    page.click("text=Skapa reservkoder")
    page.wait_for_selector(".codes")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert_accessible(page)
    assert page.goto("/finance/imports/").status == 200

    again = visit()
    sign_in_with_password(again, "controller", "/sign-in/?next=/finance/imports/")
    again.wait_for_url("**/sign-in/code/")
    assert_accessible(again)
    again.fill("[name=code]", "000000")
    again.click("main button")
    assert "Det gick inte att bekräfta" in again.inner_text("main")
    again.fill("[name=code]", codes[0])
    again.click("main button")
    again.wait_for_url("**/finance/imports/")


def code_of(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def device():
    """Gives a page a device with a screen lock that holds passkeys."""

    def add(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
        )

    return add


def test_a_passkey_is_made_signs_in_and_confirms(visit, device):
    page = visit()
    device(page)
    sign_in_with_password(page, "admin")
    page.wait_for_url("**/account/")
    page.get_by_role("link", name="Lägg till en passnyckel").click()
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.fill("[name=name]", "Arbetsdatorn")
    assert_accessible(page)
    page.click("text=Skapa passnyckeln")
    page.wait_for_url("**/account/codes/new/")
    assert_accessible(page)
    page.click("text=Skapa reservkoder")
    page.wait_for_selector(".codes")
    page.get_by_role("link", name="Klart").click()
    assert "Arbetsdatorn" in page.inner_text("main")
    assert_accessible(page)
    page.click(".user-menu summary")
    page.click(".user-menu button")
    page.goto("/sign-in/?next=/admin/")
    page.click("text=Logga in med passnyckel")
    page.wait_for_url("**/admin/")


def test_the_sign_in_pages_fit_a_telephone_in_the_dark(visit):
    page = visit(viewport={"width": 320, "height": 640}, color_scheme="dark")
    for path in ("/sign-in/", "/sign-in/?next=/plan/"):
        page.goto(path)
        assert_accessible(page)
    sign_in_with_password(page, "las")
    page.wait_for_selector(".user-menu")
    for path in ("/account/", "/account/sessions/", "/account/password/", "/account/app/", "/account/passkeys/add/"):
        page.goto(path)
        assert_accessible(page)


def test_signing_in_works_without_javascript(visit, provider):
    provider.person("utan.skript", "vp-läsare")
    page = visit(java_script_enabled=False)
    page.goto("/sign-in/?next=/plan/")
    assert page.locator("text=Logga in med passnyckel").is_hidden()
    page.click(SSO)
    provider.sign_in(page, "utan.skript")
    page.wait_for_url("**/plan/")


def test_a_session_elsewhere_is_seen_and_ended(visit):
    here, there = visit(), visit()
    for page in (here, there):
        sign_in_with_password(page, "las")
        page.wait_for_selector(".user-menu")
    here.goto("/account/sessions/")
    rows = here.locator("tbody tr").count()
    assert rows >= 2
    assert_accessible(here)
    for _ in range(rows - 1):
        here.click("tbody form button >> nth=0")
        here.wait_for_selector(".messages .notice--ok")
    there.goto("/plan/")
    assert re.search("/sign-in/", there.url)


def signed_in_twice(visit, provider, username):
    """Two browsers of someone who has nothing but the directory; the first is asked to confirm."""
    provider.person(username, "vp-läsare")
    here, there = visit(), visit()
    for page in (there, here):
        page.goto("/sign-in/")
        page.click(SSO)
        provider.sign_in(page, username)
        page.wait_for_selector(".user-menu")
    here.goto("/account/sessions/")
    here.click("tbody form button >> nth=0")
    here.wait_for_url("**/account/confirm/directory/?*")
    assert_accessible(here)
    return here, there


def test_who_has_only_the_directory_confirms_there_before_a_session_is_ended(visit, provider):
    here, there = signed_in_twice(visit, provider, "karin.katalog")
    here.click("text=Bekräfta med Tekniska högskolan")
    provider.sign_in(here, "karin.katalog")
    here.wait_for_selector(".messages .notice--ok")
    assert here.url.endswith("/account/sessions/")
    there.goto("/plan/")
    assert "/sign-in/" in there.url


def test_a_session_at_the_provider_that_is_let_do_confirms_nothing(visit, provider):
    """Whoever sits at an open browser takes the wish to be asked anew out of the address."""
    here, there = signed_in_twice(visit, provider, "lisa.lucka")
    provider.person("lisa.lucka", "vp-läsare", fields={"last_login": "2026-01-01T08:00:00Z"})

    def tamper(route) -> None:
        answer = route.fetch(max_redirects=0)
        location = re.sub(r"&(prompt=login|max_age=0)(?=&|$)", "", answer.headers["location"])
        assert location != answer.headers["location"]
        route.fulfill(response=answer, headers=answer.headers | {"location": location})

    here.route("**/account/confirm/directory/start/**", tamper)
    here.click("text=Bekräfta med Tekniska högskolan")
    here.click("[name=allow]")
    here.wait_for_selector("#messages .notice--risk")
    assert "Inloggningen misslyckades" in here.inner_text("#messages")
    there.goto("/plan/")
    assert there.locator(".user-menu").count() == 1
