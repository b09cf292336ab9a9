"""A controller gives what lacks one a model, from the list to the list."""

from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible


def test_a_controller_gives_a_service_a_model(page_as):
    page = page_as("controller", viewport={"width": 1280, "height": 900})
    page.goto("/finance/funding/?show=missing")
    before = page.locator("tbody a", has_text="Ange en").count()
    page.locator("tbody a", has_text="Ange en").first.click()
    page.get_by_label("Gäller från och med").fill("2024-01-01")
    page.get_by_label("Diarienummer").fill("HS 2025/900")
    page.get_by_label("Bidrag, procent").fill("60")
    page.get_by_label("Projektmedel, procent").fill("39,99")
    page.get_by_role("button", name="Spara modellen").click()
    expect(page.locator(".field__error")).to_contain_text("De blir 99,99")
    assert_accessible(page)
    page.get_by_label("Projektmedel, procent").fill("40")
    page.get_by_role("button", name="Spara modellen").click()
    expect(page.get_by_text("gäller nu")).to_be_visible()
    assert_accessible(page)
    page.goto("/finance/funding/?show=missing")
    assert page.locator("tbody a", has_text="Ange en").count() == before - 1


def test_a_cost_owner_proposes_and_the_controller_decides(page_as):
    page = page_as("chef2", viewport={"width": 320, "height": 640})
    page.goto("/finance/funding/object/TJ103/")
    page.fill("#proposed_first", "2027-01-01")
    page.fill("#proposed_reason", "Delas lika med fakulteterna.")
    page.get_by_label("Anslag och gemensam OH, procent").fill("50")
    page.get_by_label("Internfakturering, procent").fill("49,99")
    assert_accessible(page)
    page.click("text=Skicka förslaget")
    expect(page.locator("#main, main").first).to_contain_text("De blir 99,99")
    page.get_by_label("Internfakturering, procent").fill("50")
    page.click("text=Skicka förslaget")
    expect(page.locator(".messages .notice--ok")).to_contain_text("Förslaget är skickat")
    assert_accessible(page)
    page = page_as("controller")
    page.goto("/")
    page.get_by_role("listitem").filter(has_text="Föreslagen finansiering").first.wait_for()
    page.goto("/finance/funding/object/TJ103/")
    assert_accessible(page)
    page.get_by_label("Beslutets diarienummer").fill("HS 2026/77")
    page.click("text=Besluta modellen")
    expect(page.locator(".messages .notice--ok")).to_contain_text("Modellen är beslutad")
    expect(page.locator("[aria-labelledby=sets]")).to_contain_text("HS 2026/77")
