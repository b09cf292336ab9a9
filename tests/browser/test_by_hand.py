"""A manager says where a row belongs and flags another one, from the list of rows to the list of flags."""

from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible, assert_accessible_in_every_look


def a_row(page):
    """The page of the manager's largest row of the year that nobody has flagged."""
    page.goto("/finance/postings/?sort=amount&cost_centre=11322")
    page.locator("tbody th a").first.click()


def test_a_manager_gives_a_row_a_home_and_takes_it_back(page_as):
    page = page_as("chef1")
    a_row(page)
    page.click("text=Fördela för hand")
    page.select_option("#id_cost_object", label="Fillagring")
    page.fill("#id_reason", "Diskhyllor för fillagringen.")
    page.click("text=Fördela raden")
    expect(page.locator(".messages .notice--ok")).to_contain_text("hör nu till Fillagring")
    expect(page.locator("#homes").locator("xpath=ancestor::section")).to_contain_text("för hand")
    assert_accessible(page)
    page.click("text=Ta tillbaka fördelningen för hand")
    page.fill("#back_reason", "Fel rad.")
    page.click("text=Låt reglerna bestämma")
    expect(page.locator("#said").locator("xpath=ancestor::section")).to_contain_text("Tillbaka till reglerna")


def test_a_flag_is_raised_and_found_in_the_list(page_as):
    page = page_as("chef1", viewport={"width": 320, "height": 640})
    a_row(page)
    page.click("text=Flagga som felkonterad")
    page.fill("#flag_wrong", "Hör till nätet.")
    page.fill("#flag_to_cost_centre", "11321")
    assert_accessible(page)
    page.click("text=Flagga raden")
    page.goto("/finance/flags/")
    expect(page.locator("tbody")).to_contain_text("Hör till nätet.")
    assert_accessible(page)


def test_all_like_a_row_become_a_suggested_rule(page_as):
    page = page_as("chef1")
    a_row(page)
    page.click("text=En regel för alla rader som liknar den här")
    page.select_option("#id_cost_object", label="Fillagring")
    page.click("text=Visa hur många som passar")
    expect(page.locator("[role=status] .notice")).to_contain_text("som du ser")
    assert_accessible(page)
    page.click("text=Föreslå regeln")
    expect(page.locator(".messages .notice--ok")).to_contain_text("Regeln är föreslagen")


def test_several_rows_are_placed_and_taken_back_without_javascript(page_as):
    page = page_as("chef1", java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/finance/postings/?sort=amount&cost_centre=11322&kind=cost")
    boxes = page.get_by_role("checkbox", name="Välj")
    boxes.nth(2).check()
    boxes.nth(3).check()
    page.click("text=Fördela de valda")
    expect(page.get_by_role("radio", name="De valda: 2 rader")).to_be_checked()
    page.select_option("#id_cost_object", label="Fillagring")
    page.fill("#id_reason", "Två rader i samma avtal.")
    page.click("text=Fördela raderna")
    expect(page.locator(".messages .notice--ok")).to_contain_text("2 rader hör nu till Fillagring")
    for row in page.locator("tbody tr", has_text="Två rader i samma avtal.").all():
        row.get_by_role("checkbox").check()
    page.fill("#take-back-reason", "Fel avtal.")
    page.click("text=Låt reglerna bestämma över de valda")
    expect(page.locator(".messages .notice--ok")).to_contain_text("över 2 rader igen")


def test_all_rows_of_a_filter_are_shown_before_they_are_placed(page_as):
    page = page_as("chef1")
    page.goto("/finance/postings/?cost_centre=11322&kind=cost&from=202503&to=202503")
    assert_accessible(page)
    page.click("text=/Fördela (alla .* i|raden i) urvalet/")
    expect(page.locator("#rows")).to_contain_text("Alla i urvalet")
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)


def test_several_rows_are_placed_in_the_list_and_the_rules_get_them_back(page_as):
    page = page_as("controller")
    page.goto("/finance/postings/?sort=amount&cost_centre=11330&kind=cost&from=202501&to=202508")
    boxes = page.get_by_role("checkbox", name="Välj")
    boxes.nth(0).check()
    boxes.nth(1).check()
    assert_accessible_in_every_look(page)
    page.click("text=Fördela de valda")
    page.click("text=Fördela raderna")
    expect(page.locator(".field__error").first).to_be_visible()
    assert_accessible_in_every_look(page)
    page.select_option("#id_cost_object", label="Fillagring")
    page.fill("#id_reason", "Båda hör till hyllorna.")
    page.click("text=Fördela raderna")
    expect(page.locator(".messages .notice--ok")).to_contain_text("2 rader hör nu till Fillagring")
    placed = page.locator("tbody tr", has_text="Båda hör till hyllorna.")
    expect(placed).to_have_count(2)
    assert_accessible_in_every_look(page)
    for row in placed.all():
        row.get_by_role("checkbox").check()
    page.fill("#take-back-reason", "Fel hyllor.")
    page.click("text=Låt reglerna bestämma över de valda")
    expect(page.locator(".messages .notice--ok")).to_contain_text("över 2 rader igen")
    expect(placed).to_have_count(0)
