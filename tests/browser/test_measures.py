"""The measures: from the list to what a definition is made of and where it is put right, on any screen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible

#: The space between neighbours among the labels under each chart's axis; below zero they lie on each other.
_SPACE = """() => [...document.querySelectorAll('.chart__area')].flatMap(area => {
    const boxes = [...area.querySelectorAll('text[aria-hidden]')].map(each => each.getBoundingClientRect())
        .filter(box => box.width).sort((one, other) => one.left - other.left);
    return boxes.slice(1).map((box, at) => box.left - boxes[at].right);
})"""


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_list_to_the_rows_and_where_they_are_put_right(page_as, scripts):
    page = page_as("plan", java_script_enabled=scripts)
    page.goto("/plan/")
    page.click("text=Mått")
    expect(page.get_by_role("heading", level=1)).to_have_text("Planens mått")
    page.select_option("[name=kind]", "computed")
    page.click("main button:has-text('Visa')")
    assert "kind=computed" in page.url
    page.click("text=P1 Planens luckor")
    expect(page.get_by_role("heading", name="Så räknas det")).to_be_visible()
    row = page.locator("section[aria-labelledby=failing] tbody tr").first
    expect(row.get_by_role("link", name="Rätta")).to_have_attribute("href", re.compile("^/admin/goals/"))
    row.locator("th a").click()
    expect(page.get_by_role("navigation").get_by_text("Plan", exact=True).first).to_be_visible()
    assert "/plan/" in page.url


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/plan/measures/", "/plan/measures/?status=risk", "/plan/measures/I16/", "/plan/measures/I29/"]
)
def test_the_pages_are_accessible_in_any_light_and_width(page_as, path, width, scheme):
    page = page_as("plan", viewport={"width": width, "height": 640}, color_scheme=scheme)
    assert page.goto(path).status == 200
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 480, 1200])
@pytest.mark.parametrize("path", ["/plan/results/3.2.2/", "/plan/measures/I16/", "/finance/?from=202501&to=202508"])
def test_the_labels_of_an_axis_do_not_touch(page_as, path, width):
    page = page_as("controller", viewport={"width": width, "height": 640})
    page.goto(path)
    spaces = page.evaluate(_SPACE)
    assert spaces
    assert min(spaces) > 0


def test_the_values_of_a_chart_are_there_as_a_table(page_as):
    page = page_as("plan", java_script_enabled=False)
    page.goto("/plan/measures/I16/")
    page.click("text=Visa som tabell")
    expect(page.locator("details[open] table").first).to_contain_text("%")
