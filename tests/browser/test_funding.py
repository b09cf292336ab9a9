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
