"""From the economy to where the money went, to suppliers and to what a user costs, with the keyboard too."""

from tests.browser.conftest import assert_accessible

#: The demo's own year: others may have booked later ones.
MONTHS = "from=202501&to=202508"


def test_a_band_of_the_flow_leads_to_its_rows(page_as):
    page = page_as("controller")
    page.goto(f"/finance/?{MONTHS}")
    page.get_by_role("link", name="Vart gick pengarna?").click()
    assert page.locator("main h1").inner_text() == "Vart gick pengarna?"
    band = page.locator(".flow a:has(.flow__band)").first
    assert "→" in band.get_attribute("aria-label")
    band.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/finance/postings/**")
    assert page.locator("main tbody tr").count() > 0


def test_the_table_turned_by_supplier_leads_to_the_suppliers_rows(page_as):
    page = page_as("controller")
    page.goto(f"/finance/?{MONTHS}")
    page.get_by_role("link", name="Leverantör", exact=True).click()
    page.locator("[aria-labelledby=turned] tbody tr", has_not_text="Utan leverantör").first.locator("th a").click()
    page.wait_for_url("**/finance/postings/**supplier=**")
    assert "Leverantör" in page.locator("main").inner_text()
    assert page.locator("main tbody tr").count() > 0
    assert_accessible(page)


def test_the_ore_is_told_in_focus(page_as):
    page = page_as("controller")
    page.goto(f"/finance/?{MONTHS}&money=mkr")
    cell = page.locator("main tbody a.exact").first
    cell.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    shown = cell.evaluate("link => getComputedStyle(link, '::after').content")
    assert shown.strip('"') == cell.get_attribute("data-exact")


def test_another_driver_and_a_service_are_chosen_in_the_address(page_as):
    page = page_as("controller")
    page.goto(f"/finance/?{MONTHS}")
    page.get_by_role("link", name="Kostnad per användare").click()
    page.get_by_label("Räknat per").select_option(label="Datorer")
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**driver=datorer**")
    page.get_by_role("link", name="Dator som tjänst").first.click()
    page.wait_for_url("**cost_object=TJ102**")
    assert "Kostnad per datorer och månad" in page.locator("main").inner_text()
    assert_accessible(page)


def test_a_services_page_tells_what_a_user_costs(page_as):
    page = page_as("controller")
    page.goto("/services/TJ101/?period=202508")
    page.locator("section", has=page.get_by_role("heading", name="Kostnad per enhet")).get_by_role(
        "link", name="Användare"
    ).click()
    page.wait_for_url("**/finance/showback/**cost_object=TJ101**")
