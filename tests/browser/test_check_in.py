"""A check-in as it is made: with the keyboard alone, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible

URL = "/plan/results/3.1.2/"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_check_in_is_made_with_the_keyboard_alone(page_as, scripts):
    page = page_as("plan", java_script_enabled=scripts)
    page.goto(URL)
    before = page.locator(".timeline__entry").count()
    page.focus("[name=progress]")
    for keys in ("Control+A", "7", "2", "Tab", "Tab"):
        page.keyboard.press(keys)
    page.keyboard.type("Åtta av tio profiler är klara.")
    for keys in ("Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(keys)
    page.wait_for_selector(".messages .notice--ok")
    assert page.locator(".timeline__entry").count() == before + 1
    assert page.get_by_text("Åtta av tio profiler är klara.").count() >= 1
    assert page.url.endswith(URL)


def test_what_is_wrong_is_said_at_the_field_which_gets_the_focus(page_as):
    page = page_as("plan")
    page.goto(URL)
    page.fill("[name=progress]", "140")
    page.press("[name=progress]", "Enter")
    page.wait_for_selector("#id_progress_error")
    assert page.evaluate("document.activeElement.name") == "progress"
    assert page.get_attribute("[name=progress]", "aria-invalid") == "true"
    assert_accessible(page)


def test_a_saved_check_in_is_said_aloud_and_the_focus_goes_to_the_timeline(page_as):
    page = page_as("plan")
    page.goto(URL)
    page.click("text=Spara avstämningen")
    expect(page.locator("#announcer")).to_have_text("Avstämningen är sparad.")
    assert page.evaluate("document.activeElement.id") == "check-ins"
    assert_accessible(page)


def test_who_may_not_check_in_is_told_who_may(page_as):
    page = page_as("las")
    page.goto(URL)
    assert page.locator("[name=progress]").count() == 0
    assert page.get_by_role("heading", name="Vem gör avstämningen?").count() == 1


@pytest.mark.parametrize("path", ["/plan/?view=gaps", "/plan/?late=due", "/plan/?status=risk&focus=3.1"])
def test_the_other_views_of_the_plan_are_accessible(page_as, path):
    page = page_as("plan", viewport={"width": 320, "height": 640})
    assert page.goto(path).status == 200
    assert_accessible(page)
