"""Every page as it is served: accessible, as wide as a telephone, in the dark, on paper and without JavaScript."""

import re

import pytest

from tests.browser.conftest import assert_accessible, assert_accessible_in_every_look
from tests.pages import PAGES

LINKED = [
    ("controller", "/finance/imports/", r"^/finance/imports/\d+/$"),
    ("controller", "/finance/rules/", r"^/finance/rules/\d+/$"),
    ("controller", "/finance/runs/", r"^/finance/runs/\d+/$"),
    ("controller", "/finance/postings/?from=202501&to=202508", r"^/finance/postings/\d+-\d+/$"),
]


def first_link(page, pattern: str) -> str:
    links = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    return next(link for link in links if re.search(pattern, link))


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_page_is_accessible_in_the_light_and_in_the_dark(page_as, username, path):
    page = page_as(username, color_scheme="light")
    assert page.goto(path).status == 200
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    page.reload()
    assert_accessible(page)


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_page_fits_a_narrow_screen(page_as, username, path):
    page = page_as(username, viewport={"width": 320, "height": 640})
    page.goto(path)
    assert_accessible(page)


@pytest.mark.parametrize(("username", "path", "pattern"), LINKED)
def test_linked_page_is_accessible(page_as, username, path, pattern):
    page = page_as(username)
    page.goto(path)
    assert page.goto(first_link(page, pattern)).status == 200
    assert_accessible_in_every_look(page)


def test_what_a_rule_would_do_before_it_is_saved_is_accessible(page_as):
    page = page_as("controller")
    page.goto("/finance/rules/")
    page.goto(first_link(page, r"^/finance/rules/\d+/$"))
    page.get_by_role("link", name="Ändra regeln").click()
    page.get_by_role("button", name="Se vad regeln gör").click()
    assert page.get_by_text("Inget är sparat än").is_visible()
    assert_accessible_in_every_look(page)


@pytest.mark.parametrize("path", ["/finance/variances/", "/finance/budgets/", "/finance/periods/"])
def test_page_that_a_button_leads_to_is_accessible(page_as, path):
    page = page_as("controller")
    assert page.goto(path).status == 200
    assert_accessible_in_every_look(page)


def test_sign_in_page_is_accessible(page_as):
    page = page_as(None)
    page.goto("/sign-in/")
    assert_accessible(page)


@pytest.mark.parametrize(("username", "path", "status"), [("las", "/finance/imports/", 403), ("las", "/no-such/", 404)])
def test_refusals_have_the_look_of_the_portal(page_as, username, path, status):
    page = page_as(username)
    assert page.goto(path).status == status
    assert page.locator("header a", has_text="VP-portalen").count() == 1
    assert_accessible(page)


@pytest.mark.parametrize(("username", "path"), PAGES[:10])
def test_page_reads_the_same_without_javascript(page_as, username, path):
    with_script, without = page_as(username), page_as(username, java_script_enabled=False)
    with_script.goto(path)
    without.goto(path)
    assert without.locator("main h1").inner_text() == with_script.locator("main h1").inner_text()
    assert without.locator("main table tr").count() == with_script.locator("main table tr").count()


@pytest.mark.parametrize("path", ["/", "/plan/", "/finance/"])
def test_page_is_light_on_the_wire(page_as, path):
    page = page_as("chef1")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(path, wait_until="networkidle")
    assert sum(sizes) < 60_000
    assert len(sizes) <= 4


def test_every_page_has_a_strict_policy(page_as):
    page = page_as("admin")
    for path in ("/", "/plan/", "/admin/", "/admin/services/service/", "/no-such/"):
        policy = page.goto(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
