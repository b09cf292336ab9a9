"""A check-in as it is made: with the keyboard alone, with JavaScript and without."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, assert_accessible

URL = "/plan/results/3.1.2/"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_check_in_is_made_with_the_keyboard_alone(page_as, scripts):
    page = page_as("plan", java_script_enabled=scripts)
    page.goto(URL)
    before = page.locator(".timeline__entry").count()
    page.focus("[name=progress]")
    for keys in ("Control+A", "7", "2", "Tab", "Tab", "Tab", "Tab"):
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


def test_a_rolled_up_figure_shows_its_parts_by_pointing_by_focus_and_by_click(page_as):
    page = page_as("plan")
    page.goto("/plan/")
    explained = page.locator("details.disclosure--hover").first
    parts, summary = explained.locator("ul"), explained.locator("summary")
    summary.hover()
    expect(parts).to_be_visible()
    page.mouse.move(0, 0)
    expect(parts).not_to_be_visible()
    summary.focus()
    expect(parts).to_be_visible()
    summary.press("Enter")
    expect(explained).to_have_attribute("open", "")
    assert_accessible(page)


def test_what_is_written_saves_itself_as_a_draft(page_as):
    page = page_as("plan")
    page.goto("/plan/results/3.2.1/")
    page.fill("[name=comment]", "Halvvägs i en mening")
    expect(page.locator("#draft-state")).to_contain_text("Utkastet är sparat", timeout=15000)
    page.goto("/plan/results/3.2.1/")
    expect(page.locator("[name=comment]")).to_have_value("Halvvägs i en mening")
    page.click("text=Släng utkastet")
    expect(page.locator("[name=comment]")).to_have_value("")


def test_a_check_in_whose_sign_in_has_ended_is_there_after_signing_in_again(page_as):
    page = page_as("plan")
    page.goto("/plan/results/3.2.1/")
    page.fill("[name=comment]", "Skrivet för sent")
    session = [each for each in page.context.cookies() if "session" in each["name"]]
    for cookie in session:
        page.context.clear_cookies(name=cookie["name"])
    page.click("text=Spara avstämningen")
    page.wait_for_url("**/sign-in/**")
    page.fill("input[name=username]", "plan")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/plan/results/3.2.1/**")
    expect(page.locator("[name=comment]")).to_have_value("Skrivet för sent")
    assert page.get_by_text("Det du skrev finns kvar").count() == 1


@pytest.mark.parametrize("path", ["/plan/calendar/", "/plan/alignment/", "/plan/reminders/"])
def test_the_pages_of_the_follow_up_are_accessible_on_a_narrow_screen(page_as, path):
    page = page_as("plan", viewport={"width": 320, "height": 640})
    assert page.goto(path).status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert_accessible(page)
