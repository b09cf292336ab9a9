"""The admin as it is served: nothing that the policy refuses, and what it shows can be read by everyone."""

import re

import pytest

from tests.browser.conftest import assert_accessible


def registers(page):
    page.goto("/admin/")
    return sorted(set(re.findall(r'href="(/admin/(?:core|auth|services|goals|finance)/\w+/)"', page.content())))


def test_no_register_has_what_the_policy_refuses(page_as):
    page = page_as("admin")
    found = registers(page)
    assert len(found) > 30
    for register in found:
        assert page.goto(register).status == 200
        page.goto(f"{register}add/")


def test_a_large_relation_is_found_by_typing(page_as):
    page = page_as("admin")
    page.goto("/admin/services/service/add/")
    page.click(".field-area .select2-selection")
    page.fill(".select2-search__field", "arbetsplats")
    option = page.locator(".select2-results__option", has_text="Digital arbetsplats")
    option.click()
    assert "Digital arbetsplats" in page.inner_text(".field-area")


def test_a_row_is_added_and_its_days_are_labelled(page_as):
    page = page_as("admin")
    page.goto("/admin/services/orgunit/add/")
    page.click("#manager_rows-group .add-row a")
    page.locator("#manager_rows-0").get_by_label("från och med").fill("2025-01-01")
    assert page.input_value("#id_manager_rows-0-valid_0") == "2025-01-01"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page_name", ["", "import/", "export/"])
def test_a_register_is_accessible(page_as, scheme, page_name):
    page = page_as("admin", color_scheme=scheme, bypass_csp=True)  # axe sets styles of its own on these pages
    page.goto(f"/admin/services/person/{page_name}")
    assert_accessible(page)


def test_history_is_accessible(page_as):
    page = page_as("admin")
    page.goto("/admin/services/orgunit/")
    page.click("#result_list tbody a")
    page.click(".historylink")
    assert_accessible(page)


@pytest.mark.parametrize(
    "register", ["services/service", "finance/allocationrule", "goals/expectedresult", "core/user"]
)
def test_a_form_is_accessible_with_its_searchable_choices_and_rows(page_as, register):
    page = page_as("admin", bypass_csp=True)  # axe sets styles of its own on these pages
    page.goto(f"/admin/{register}/add/")
    assert_accessible(page)
    page.goto(f"/admin/{register}/")
    page.click("#result_list tbody th a")
    page.wait_for_selector(".submit-row")
    assert_accessible(page)
