"""Looking back: a day is chosen, links keep it, nothing can be changed, and one way leads to today."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible

#: A day before the demo's own, when its plan had been followed up and files had been booked.
THEN = "2025-07-01"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_manager_looks_back_and_comes_home(page_as, scripts):
    page = page_as("chef1", java_script_enabled=scripts)
    page.goto("/plan/?status=on_plan")
    page.click("text=Visa som den var")
    page.fill("#as-of", THEN)
    page.click("text=Visa dagen")
    banner = page.locator(".looking-back")
    expect(banner).to_contain_text(f"Du ser portalen som den var {THEN}.")
    assert "status=on_plan" in page.url
    page.locator("main table a:visible").first.click()
    expect(banner).to_contain_text(THEN)
    expect(page.locator("text=Spara avstämningen")).to_have_count(0)
    page.click("nav >> text=Översikt")
    expect(banner).to_contain_text(THEN)
    page.locator(".todo a").first.click()
    assert f"as_of={THEN}" in page.url
    page.goto(f"/?as_of={THEN}")
    page.click("text=Till i dag")
    expect(banner).to_have_count(0)
    assert "as_of" not in page.url


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("chef1", "/"),
        ("ledning", "/"),
        ("plan", "/plan/"),
        ("plan", "/plan/?view=gaps"),
        ("plan", "/plan/document/"),
        ("plan", "/plan/results/3.1.1/"),
        ("controller", "/finance/"),
        ("controller", "/finance/unallocated/"),
        ("controller", "/finance/flow/"),
        ("controller", "/finance/showback/"),
        ("controller", "/finance/funding/"),
        ("controller", "/finance/?by=supplier"),
        ("controller", "/services/TJ101/"),
    ],
)
@pytest.mark.parametrize("day", [THEN, "2001-01-01", "2199-01-01"])
def test_a_past_page_is_accessible_and_fits_a_narrow_screen(page_as, username, path, day):
    page = page_as(username, viewport={"width": 320, "height": 640})
    mark = "&" if "?" in path else "?"
    assert page.goto(f"{path}{mark}as_of={day}").status == 200
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320  # the screen's width


def test_paper_says_which_day_it_is_of(page_as):
    page = page_as("chef1")
    page.goto(f"/plan/?as_of={THEN}")
    page.emulate_media(media="print")
    expect(page.locator(".looking-back__title")).to_be_visible()
    expect(page.locator(".looking-back__form")).to_be_hidden()
    page.goto("/plan/")
    expect(page.locator(".looking-back-choice")).to_be_hidden()
