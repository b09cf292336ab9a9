"""What every answer of the portal says to the browser: pages, refusals, redirects and static files."""

from collections import Counter

import pytest
from django.contrib.staticfiles import finders

from tests.factories.core import AdminUserFactory
from tests.project import hostile
from tests.project.everything import world_of_everything
from tests.project.test_architecture import ADDRESSES
from vp_portal.core.access import Role

PATHS = sorted({path for _name, path in ADDRESSES} | {"/no-such-page/", "/static/no-such-file.css"})
JAVASCRIPT = 'text/javascript; charset="utf-8"'
SOURCES = {"script-src", "style-src", "img-src", "font-src", "connect-src"}


def policy_of(response):
    """The directives of the answer's content security policy, each with its sources."""
    given = [each.split() for each in response.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in given}


def assert_strict(response):
    policy = policy_of(response)
    assert policy["default-src"] == policy["object-src"] == ["'none'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"][0] == "'self'"
    assert {source for name in SOURCES for source in policy[name]} == {"'self'"}
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response.headers
    if getattr(response, "content", b"") and "attachment" not in response.headers.get("Content-Disposition", ""):
        assert response.headers["Content-Type"] in ("application/json", "text/html; charset=utf-8", JAVASCRIPT)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_no_answer_is_shared_framed_or_kept(client, path):
    for response in (client.get(path), client.post(path)):
        assert_strict(response)
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_nor_one_behind_sign_in(client, path):
    client.force_login(AdminUserFactory())
    client.raise_request_exception = False
    for response in (client.get(path), client.post(path)):
        assert_strict(response)
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_nor_one_of_the_pages_and_files_that_links_lead_to(client, today, settings):
    settings.FILES_PER_MINUTE = 1000
    world_of_everything()
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    statuses, kinds = Counter(), set()
    for url, response in hostile.pages_and_files(client, ["/", *hostile.fixed()], 1, "csv", "xlsx", "json"):
        assert_strict(response)
        assert "no-store" in response.headers["Cache-Control"], url
        statuses[response.status_code] += 1
        kinds.add(response.headers.get("Content-Type", "").partition(";")[0])
    assert statuses[200] > 200
    assert {"text/csv", "application/json", "text/html"} <= kinds


@pytest.fixture
def served(db, settings, client):
    """Static files as production serves them, though not collected."""
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = False
    return client


def test_a_static_file_has_the_same_rules_and_may_be_kept(served):
    assert finders.find("vp_portal/img/mark.svg")
    response = served.get("/static/vp_portal/img/mark.svg")
    assert b"".join(response.streaming_content).startswith(b"<svg")
    response.close()
    assert_strict(response)
    assert "no-store" not in response.headers["Cache-Control"]
