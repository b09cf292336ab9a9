"""A budget's way in the browser: made, filled, sent out, answered; a forecast that explains itself; variances."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible

NARROW = {"width": 320, "height": 640}


def new_version(page: Page, name: str, **fields: str) -> None:
    page.goto("/finance/budgets/new/")
    page.fill("[name=name]", name)
    for field in ("kind", "tertial", "start"):
        if field in fields:
            page.select_option(f"[name={field}]", fields[field])
    for field in ("year", "factor"):
        if field in fields:
            page.fill(f"[name={field}]", fields[field])
    page.get_by_role("button", name="Skapa utkastet").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


@pytest.mark.parametrize("path", ["/finance/budgets/", "/finance/budgets/new/", "/finance/variances/"])
@pytest.mark.parametrize("look", [{}, {"color_scheme": "dark"}, {"viewport": NARROW}], ids=["light", "dark", "narrow"])
def test_the_pages_are_accessible_and_fit_the_screen(page_as, path, look):
    page = page_as("controller", **look)
    assert page.goto(path).status == 200
    assert_accessible(page)


def test_a_budget_is_made_filled_sent_out_and_answered(page_as):
    page = page_as("controller")
    new_version(page, "Budget 2031", year="2031", start="outcome-2024", factor="1,03")
    page.get_by_role("link", name="Läs in rader").click()
    page.fill("[name=text]", "kst\tkontogrupp\tbelopp\n99999\tit\t5")
    page.get_by_role("button", name="Granska").click()
    expect(page.get_by_role("heading", name="Okända koder: inget är sparat")).to_be_visible()
    assert_accessible(page)
    page.fill("[name=text]", "kst\tkontogrupp\tbelopp\n11320\tit\t1 200 000,00")
    page.get_by_role("button", name="Granska").click()
    expect(page.get_by_text("kostnader 1 200 000,00 kr")).to_be_visible()
    page.get_by_role("button", name="Spara raderna").click()
    expect(page.get_by_text("1 rad är inläst.")).to_be_visible()
    assert_accessible(page)
    address = page.url
    page.get_by_role("link", name="Skicka för godkännande").click()
    page.get_by_role("button", name="Skicka ut").click()
    expect(page.get_by_text("är skickad för godkännande")).to_be_visible()
    manager = page_as("chef1", viewport=NARROW)
    manager.goto(address)
    assert_accessible(manager)
    turns = manager.get_by_role("heading", name=re.compile("Din tur"))
    waiting = turns.count()
    manager.get_by_role("button", name="Skicka tillbaka").first.click()
    expect(manager.get_by_text("Skriv varför versionen skickas tillbaka.")).to_be_visible()
    button = manager.get_by_role("button", name="Godkänn").first
    button.focus()
    button.press("Enter")
    expect(manager.get_by_text("Ditt godkännande av Budget 2031 är sparat.")).to_be_visible()
    expect(turns).to_have_count(waiting - 1)


def test_a_forecast_is_computed_and_explains_each_row(page_as):
    page = page_as("controller")
    new_version(page, "Prognos på prov", kind="forecast", year="2025", tertial="3", start="computed")
    page.get_by_role("link", name="Så kom prognosen till, rad för rad").click()
    summary = page.locator("main summary").first
    summary.focus()
    summary.press("Enter")
    expect(page.get_by_role("columnheader", name="Metod och skäl").first).to_be_visible()
    assert_accessible(page)


def test_a_row_is_changed_and_a_draft_thrown_away_only_after_a_yes(page_as):
    page = page_as("controller")
    new_version(page, "Budget att slänga", year="2032", start="outcome-2024")
    page.get_by_role("region", name="Tabell över rader").get_by_role("link").first.click()
    page.fill("[name=year_amount]", "120 000")
    page.get_by_role("button", name="Spara raden").click()
    expect(page.get_by_text("Helt år 120 000,00 kr")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("navigation").get_by_role("link", name="Budget att slänga").click()
    assert not page.get_by_role("button", name="Ja, ta bort utkastet").is_visible()
    page.locator("summary", has_text="Ta bort utkastet").click()
    page.get_by_role("button", name="Ja, ta bort utkastet").click()
    expect(page.get_by_text("Utkastet Budget att slänga är borttaget.")).to_be_visible()


@pytest.mark.parametrize("look", [{}, {"viewport": NARROW}], ids=["wide", "narrow"])
def test_a_manager_explains_a_variance(page_as, look):
    page = page_as("chef1", **look)
    page.goto("/finance/variances/")
    box = page.get_by_role("textbox").first
    box.fill("Fler noder än väntat.")
    page.get_by_role("button", name="Spara förklaringen").first.click()
    expect(page.get_by_text("Förklaringen är sparad.")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("Fler noder än väntat.")).first).to_be_visible()
    assert_accessible(page)
