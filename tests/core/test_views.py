"""Error pages, sign-in, theme and gallery."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from tests.factories.core import PASSWORD, AdminUserFactory, UserFactory

pytestmark = pytest.mark.urls("tests.core.failing_urls")


@pytest.fixture
def visitor(settings) -> Client:
    settings.SECURE_SSL_REDIRECT = False
    return Client(raise_request_exception=False)


@pytest.fixture
def member(visitor, db) -> Client:
    visitor.force_login(UserFactory(first_name="Anna", last_name="Berg"))
    return visitor


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/fails/suspicious/", 400, "gick inte att förstå"),
        ("/fails/denied/", 403, "Du har inte behörighet"),
        ("/fails/no-such-page/", 404, "Sidan finns inte"),
        ("/fails/error/", 500, "Något gick fel"),
        ("/fails/database/", 503, "tillfälligt nere"),
        ("/fails/connection/", 503, "tillfälligt nere"),
    ],
)
def test_error_has_a_page_in_the_portals_look(member, path, status, words):
    response = member.get(path)
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert "vp_portal/css/portal.css" in html
    assert "hemligt" not in html


@pytest.mark.parametrize("path", ["/fails/error/", "/fails/database/"])
def test_500_and_503_ask_the_database_nothing(visitor, path):
    response = visitor.get(path)  # without the db fixture a query would be an error of its own
    assert response.status_code in {500, 503}


@pytest.mark.django_db
def test_stale_form_has_a_page_in_the_portals_look(settings):
    settings.SECURE_SSL_REDIRECT = False
    response = Client(enforce_csrf_checks=True).post(reverse("core:theme"), {"theme": "dark"})
    assert response.status_code == 403
    assert "för gammalt" in response.content.decode()


def test_menu_marks_where_one_is(member):
    html = member.get("/plan/no-such-page/").content.decode()
    assert 'href="/plan/" aria-current="true"' in html


def test_503_says_when_to_come_back(visitor):
    assert visitor.get("/fails/database/").headers["Retry-After"] == "30"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_database_down_before_the_view_is_503_as_well(visitor, settings, monkeypatch, error):
    def down(*args):
        raise error("connection failed: hemligt")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", down)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    response = visitor.get(reverse("core:gallery"))
    assert response.status_code == 503
    assert "hemligt" not in response.content.decode()


def test_other_errors_before_the_view_are_500(visitor, settings, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", broken)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    assert visitor.get(reverse("core:gallery")).status_code == 500


def test_gallery_needs_sign_in(visitor):
    assert visitor.get(reverse("core:gallery")).status_code == 302


def test_gallery_shows_every_component(member, settings):
    response = member.get(reverse("core:gallery"))
    used = {template.name for template in response.templates}
    folder = settings.BASE_DIR / "templates" / "_components"
    assert {f"_components/{path.name}" for path in folder.glob("*.html")} <= used


def test_gallery_has_nothing_inline(member):
    html = member.get(reverse("core:gallery")).content.decode()
    assert "<style" not in html
    assert " style=" not in html
    assert "<script>" not in html
    assert " on" not in {part[:3] for part in html.split("=")[0].splitlines()}


def test_menu_has_administration_for_staff_alone(visitor, db):
    path = reverse("core:gallery")
    visitor.force_login(UserFactory())
    assert "Administration" not in visitor.get(path).content.decode()
    visitor.force_login(AdminUserFactory())
    assert "Administration" in visitor.get(path).content.decode()


def test_sign_in_form_helps_the_password_manager(visitor, db):
    html = visitor.get(reverse("login")).content.decode()
    assert 'autocomplete="username"' in html
    assert 'autocomplete="current-password"' in html
    assert "Huvudmeny" not in html


def test_failed_sign_in_says_what_to_do(visitor, db):
    html = visitor.post(reverse("login"), {"username": "anna", "password": "fel"}).content.decode()
    assert "Kontrollera användarnamn och lösenord" in html


def test_sign_in_leads_to_the_page_that_was_asked_for(visitor, db):
    user = UserFactory()
    data = {"username": user.username, "password": PASSWORD, "next": "/gallery/"}
    assert visitor.post(reverse("login"), data).headers["Location"] == "/gallery/"


def test_theme_is_remembered_and_shown(member):
    member.post(reverse("core:theme"), {"theme": "dark", "next": "/gallery/"})
    assert 'data-theme="dark"' in member.get("/gallery/").content.decode()


def test_theme_as_the_system_has_it_forgets_the_choice(member):
    member.post(reverse("core:theme"), {"theme": "dark"})
    member.post(reverse("core:theme"), {"theme": ""})
    assert "data-theme" not in member.get("/gallery/").content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_theme_leads_nowhere_else(visitor, back):
    assert visitor.post(reverse("core:theme"), {"theme": "dark", "next": back}).headers["Location"] == "/"


def test_unknown_theme_is_ignored(visitor):
    visitor.cookies["vp_theme"] = '"><script>'
    assert "<script>" not in visitor.get("/fails/error/").content.decode()


def test_theme_is_chosen_by_post_alone(visitor):
    assert visitor.get(reverse("core:theme")).status_code == 405
