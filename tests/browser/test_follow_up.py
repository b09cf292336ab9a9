"""Following up as it is done by several people: reviewing, correcting, at the same time, and with a calendar."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, assert_accessible

#: A result whose last check-in waits for the first manager's answer, and one that the manager owns.
TO_REVIEW, OWN = "/plan/results/3.1.1/", "/plan/results/3.1.1.4/"


def say(page, words, occasion=None):
    """Makes a check-in, of an occasion or of the one that the form asks for; gives which it was."""
    page.goto(TO_REVIEW)
    choice = page.locator("#check-in [name=occasion]")
    if occasion:
        choice.select_option(occasion)
    else:
        occasion = choice.input_value()
    page.fill("#check-in [name=comment]", words)
    page.click("text=Spara avstämningen")
    expect(page.locator(".timeline").get_by_text(words)).to_be_visible()
    return occasion


def test_a_check_in_is_returned_corrected_acknowledged_and_then_superseded(page_as):
    reviewer, lead = page_as("chef1"), page_as("plan")
    occasion = say(lead, "Det går bra.")
    reviewer.goto("/")
    reviewer.locator(".todo__item", has_text="Granska avstämning").get_by_role("link").click()
    assert urlsplit(reviewer.url).path == TO_REVIEW
    assert_accessible(reviewer)
    reviewer.click("text=Lämna tillbaka")
    expect(reviewer.locator("#review_comment_error")).to_be_visible()
    assert_accessible(reviewer)
    reviewer.fill("[id=review_comment]", "Var är siffrorna?")
    reviewer.click("text=Lämna tillbaka")
    expect(reviewer.locator("#announcer")).to_have_text("Avstämningen är återlämnad.")
    lead.goto(TO_REVIEW)
    expect(lead.locator("#check-in").get_by_text("Var är siffrorna?")).to_be_visible()
    say(lead, "Åtta av tio.", occasion)
    expect(lead.get_by_text("rättad sedan")).to_be_visible()
    reviewer.goto(TO_REVIEW)
    reviewer.get_by_role("button", name="Kvittera").click()
    expect(reviewer.locator("#announcer")).to_have_text("Avstämningen är kvitterad.")
    expect(reviewer.locator("#review")).to_have_count(0)
    say(lead, "Nio av tio.", occasion)
    expect(lead.get_by_text("ersatt av en senare")).to_be_visible()
    assert_accessible(lead)


def test_two_at_the_same_time_are_both_kept_and_the_second_is_told(page_as):
    first, second = page_as("chef1"), page_as("plan")
    for page, words in ((first, "Den enas ord"), (second, "Den andras ord")):
        page.goto(OWN)
        page.fill("#check-in [name=comment]", words)
    for page in (first, second):
        page.click("text=Spara avstämningen")
        page.wait_for_selector(".messages .notice--ok")
    expect(second.locator(".messages")).to_contain_text("gjorde en avstämning medan du skrev")
    for words in ("Den enas ord", "Den andras ord"):
        expect(second.locator(".timeline").get_by_text(words)).to_be_visible()
    assert_accessible(second)


def test_what_one_person_wrote_is_not_shown_to_the_next_in_the_same_browser(page_as):
    page = page_as("plan")
    page.goto(OWN)
    page.fill("#check-in [name=comment]", "Bara för mina ögon")
    for cookie in [each for each in page.context.cookies() if "session" in each["name"]]:
        page.context.clear_cookies(name=cookie["name"])
    page.click("text=Spara avstämningen")
    page.wait_for_url("**/sign-in/**")
    page.fill("input[name=username]", "chef1")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/plan/results/**")
    expect(page.locator("#check-in [name=comment]")).to_be_visible()
    assert "Bara för mina ögon" not in page.content()


def test_a_calendar_address_is_made_read_without_signing_in_and_withdrawn(page_as):
    page, calendar = page_as("chef1"), page_as(None)
    page.goto("/plan/reminders/")
    page.click("text=Skapa en adress")
    path = urlsplit(page.get_by_label("Adressen, som bara visas nu").input_value()).path
    assert_accessible(page)
    answer = calendar.request.get(path)
    assert (answer.status, answer.text().startswith("BEGIN:VCALENDAR")) == (200, True)
    page.goto("/plan/reminders/")
    assert path not in page.content()
    page.click("text=Dra in adressen")
    expect(page.locator(".messages")).to_contain_text("Adressen fungerar inte längre.")
    assert calendar.request.get(path).status == 404


def test_every_figure_that_sums_up_tells_its_parts(page_as):
    page = page_as("plan")
    page.goto("/plan/")
    figures = page.locator("details.disclosure--hover")
    assert figures.count() > page.locator(".tree").count()  # those of the areas, and of the whole plan
    for figure in figures.all():
        figure.locator("summary").focus()
        expect(figure.locator("li").first).to_be_visible()


@pytest.mark.parametrize("path", ["/plan/?view=gaps", "/plan/alignment/"])
def test_what_is_lacking_leads_to_where_it_is_put_right(page_as, path):
    page = page_as("plan")
    page.goto(path)
    page.locator("main a.button--small").first.click()
    assert "/admin/goals/" in page.url
    expect(page.locator("#content form, form#focusarea_form, main form").first).to_be_visible()
