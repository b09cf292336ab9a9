"""The list of rows that are wrongly coded: narrowed, and with half a correction for a controller to decide on."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible_in_every_look
from tests.conftest import ROOT

HEADER = "Period;Konto;Konto(T);Kst;Vernr;Datum;Text;Belopp"


def flag_first(page: Page, address: str, wrong: str) -> None:
    """Flags the first row of a list as one of another cost centre."""
    page.goto(address)
    page.locator("tbody th a").first.click()
    page.click("text=Flagga som felkonterad")
    page.fill("#flag_wrong", wrong)
    page.fill("#flag_to_cost_centre", "11320")
    page.click("text=Flagga raden")
    expect(page.locator(".messages .notice--ok")).to_contain_text("Raden är flaggad")


def test_the_flags_are_narrowed_by_who_flagged_and_where(page_as):
    page = page_as("controller")
    flag_first(page, "/finance/postings/?cost_centre=11330&kind=cost&from=202501&to=202508", "Hör till driften.")
    page.goto("/finance/flags/")
    rows = page.locator("tbody tr")
    every = rows.count()
    assert every > 1
    page.get_by_label("Flaggad av").select_option(index=1)
    page.get_by_role("button", name="Visa").click()
    page.wait_for_url("**of=**")
    by_one = rows.count()
    assert 0 < by_one < every
    page.get_by_role("link", name="Rensa").click()
    expect(rows).to_have_count(every)
    page.get_by_label("Kostnadsställe").select_option(value="11330")
    page.get_by_role("button", name="Visa").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Hör till driften.")
    assert_accessible_in_every_look(page)
    page.get_by_role("link", name="Avvisade").click()
    page.wait_for_url("**state=rejected**cost_centre=11330**")
    page.goto("/finance/flags/?cost_centre=11330")
    page.click("text=Svara")
    assert_accessible_in_every_look(page)
    page.get_by_role("button", name="Ta tillbaka").click()
    expect(page.locator(".messages .notice--ok")).to_contain_text("Flaggan är avslutad")


@pytest.fixture
def book(environment: dict[str, str], tmp_path) -> Iterator[Callable[[int, str], None]]:
    """Books a row, beside two small ones, in a month far from the demo's, and takes it out again."""
    batches: list[int] = []

    def manage(*arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        return subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True).stdout

    def one(period: int, amount: str) -> None:
        path = tmp_path / f"{period}.csv"
        day = f"{period // 100}-{period % 100:02}-14"
        rows = [f"{period};57211;Programlicenser;11330;1;{day};Licens;{each}" for each in (amount, "10,00", "20,00")]
        path.write_text("\r\n".join([HEADER, *rows, ""]), encoding="utf-8")
        batches.append(json.loads(manage("import_postings", str(path), "--json"))["batch"])

    yield one
    for batch in reversed(batches):
        manage("undo_import", str(batch))


def test_half_a_correction_is_shown_and_a_controller_says_that_it_is_the_one(page_as, book):
    page = page_as("controller")
    book(203401, "7100,50")
    flag_first(page, "/finance/postings/?from=203401&to=203401&sort=amount", "Licensen är driftens.")
    book(203402, "-7100,50")
    page.goto("/finance/flags/")
    row = page.locator("tbody tr", has_text="Licensen är driftens.")
    expect(row).to_contain_text("Beloppet är taget bort, men syns inte på rätt kod")
    assert_accessible_in_every_look(page)
    row.get_by_role("button", name="Det är rättelsen").click()
    expect(page.locator(".messages .notice--ok")).to_contain_text("Flaggan är avslutad: åtgärdad")
    page.goto("/finance/flags/?state=corrected")
    row.get_by_role("link", name="rättelsen").click()
    expect(page.locator("main h1")).to_have_text("−7\u00a0100,50\u00a0kr")
