"""The plan document: read, written with a preview, and by two at once; with JavaScript and without."""

from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible

URL = "/plan/document/"
ADDED = "Det här står bara i filen."


def fetched(page, label: str) -> Path:
    """The plan as a file."""
    with page.expect_download() as download:
        page.get_by_role("group", name="Exportera planen").get_by_role("button", name=label).click()
    return Path(download.value.path())


def open_section(page, number: str) -> None:
    page.goto(URL)
    page.locator(f"[id='{number}'] a.button").first.click()
    page.wait_for_selector("#id_text")


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", ["", "versions/", "decide/", "revise/", "import/", "sections/new/"])
def test_the_documents_pages_are_accessible_and_fit_the_screen(page_as, path, width):
    page = page_as("plan", viewport={"width": width, "height": 700})
    assert page.goto(f"{URL}{path}").status == 200
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_text_is_previewed_while_one_writes_and_a_block_is_placed_where_one_stands(page_as):
    page = page_as("plan")
    open_section(page, "2.2")
    page.fill("#id_text", "Före.\n\nEfter.")
    expect(page.locator("#preview")).to_contain_text("Efter.")
    page.evaluate("document.getElementById('id_text').setSelectionRange(5, 5)")
    page.select_option("#block", "{{ resultat 3.1 }}")
    page.click("[data-insert]")
    assert page.input_value("#id_text") == "Före.\n\n{{ resultat 3.1 }}\n\nEfter."
    expect(page.locator("#preview table")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_two_who_write_the_same_section_lose_nothing(page_as, scripts):
    first, second = page_as("plan", java_script_enabled=scripts), page_as("plan", java_script_enabled=scripts)
    for page in (first, second):
        open_section(page, "1.2")
    first.fill("#id_text", f"Den första skrev, {scripts}.")
    first.click("text=Spara avsnittet")
    first.wait_for_selector(".messages .notice--ok")
    second.fill("#id_text", "Den andra skrev.")
    second.click("text=Spara avsnittet")
    second.wait_for_selector("#conflict")
    assert second.input_value("#id_text") == "Den andra skrev."
    assert second.input_value("#theirs") == f"Den första skrev, {scripts}."
    second.click("text=Spara avsnittet")
    second.wait_for_selector(".messages .notice--ok")
    assert second.get_by_text("Den andra skrev.").count() == 1


def test_a_version_is_compared_with_words_for_who_sees_no_colours(page_as):
    page = page_as("las")
    page.goto(f"{URL}versions/")
    page.get_by_role("link", name="Jämför").last.click()
    assert page.locator("ins").count() > 1
    assert page.locator("ins .visually-hidden").first.inner_text().strip() == "[nytt:"
    assert_accessible(page)


def test_a_plan_is_taken_out_changed_elsewhere_and_read_in_after_a_preview(page_as, tmp_path):
    page = page_as("plan")
    page.goto(URL)
    taken = fetched(page, "Markdown")
    changed = tmp_path / "plan.md"
    changed.write_text(taken.read_text("utf-8").replace("\n## 1.2", f"\n{ADDED}\n\n## 1.2", 1), "utf-8")
    page.goto(f"{URL}import/")
    page.set_input_files("input[type=file]", changed)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("ins").filter(has_text=ADDED)).to_be_visible()
    assert_accessible(page)
    other = page_as("las")
    other.goto(URL)
    assert other.get_by_text(ADDED).count() == 0  # It was only a preview.
    page.get_by_role("button", name="Läs in planen").click()
    page.wait_for_selector(".messages .notice--ok")
    other.reload()
    expect(other.get_by_text(ADDED)).to_be_visible()


def test_a_plan_is_decided_and_taken_out_as_it_was(page_as):
    page = page_as("plan")
    page.goto(f"{URL}decide/")
    page.fill("#id_registry_no", " ")
    page.fill("#id_signed_by", " ")
    page.get_by_role("button", name="Besluta och lås versionen").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    page.fill("#id_registry_no", "IT 2026/17")
    page.fill("#id_signed_by", "Margareta Öhlund")
    page.get_by_role("button", name="Besluta och lås versionen").click()
    page.wait_for_selector(".messages .notice--ok")
    assert "IT 2026/17" in page.locator("main").inner_text()
    assert_accessible(page)
    headings = [
        part.text for part in Document(str(fetched(page, "Word"))).paragraphs if part.style.name.startswith("Heading")
    ]
    assert any(heading.startswith("1.1") for heading in headings)
    assert fetched(page, "PDF").read_bytes().startswith(b"%PDF-")
