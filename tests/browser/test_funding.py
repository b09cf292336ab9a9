"""A controller gives what lacks one a model, and decides on what cost owners propose."""

from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible, assert_accessible_in_every_look


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


OWN = "/finance/funding/object/TJ103/"


def propose(page, reason, last_share="40"):
    page.goto(OWN)
    page.get_by_label("Gäller från och med").fill("2030-01-01")
    page.get_by_label("Skäl").fill(reason)
    page.get_by_label("Anslag och gemensam OH, procent").fill(last_share)
    page.get_by_role("button", name="Skicka förslaget").click()


def test_a_cost_owner_proposes_and_a_controller_turns_it_down_with_a_reason(page_as):
    owner, controller = page_as("chef2"), page_as("controller")
    propose(owner, "Som förut, från 2030.", "40,01")
    expect(owner.locator(".field__error")).to_contain_text("De blir 100,01")
    assert_accessible_in_every_look(owner)
    propose(owner, "Som förut, från 2030.")
    expect(owner.locator("section", has_text="Som förut, från 2030.").last).to_be_visible()
    expect(owner.get_by_role("button", name="Skicka förslaget")).to_have_count(0)
    assert_accessible_in_every_look(owner)
    controller.goto(OWN)
    controller.get_by_role("button", name="Avslå").click()
    expect(controller.locator("main, .messages").first).to_contain_text("Skriv varför förslaget avslås.")
    controller.get_by_label("Kommentar").fill("Projektet är slut då.")
    controller.get_by_role("button", name="Avslå").click()
    owner.goto(OWN)
    expect(owner.locator("main")).to_contain_text("Projektet är slut då.")
    expect(owner.get_by_role("button", name="Skicka förslaget")).to_be_visible()


def test_a_cost_owner_proposes_and_a_controller_decides(page_as):
    owner, controller = page_as("chef2"), page_as("controller")
    propose(owner, "Ny överenskommelse.")
    controller.goto("/")
    controller.locator(".todo__item", has_text="Samarbetsytor och digitala möten").get_by_role("link").click()
    expect(controller.locator("main")).to_contain_text("Ny överenskommelse.")
    assert_accessible_in_every_look(controller)
    controller.get_by_label("Beslutets diarienummer").fill("HS 2029/1")
    controller.get_by_role("button", name="Besluta modellen").click()
    owner.goto(OWN)
    expect(owner.locator("main")).to_contain_text("HS 2029/1")
    expect(owner.get_by_role("button", name="Ta tillbaka förslaget")).to_have_count(0)
