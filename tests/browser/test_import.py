"""A ledger file from the hand to the ledger and back: by keyboard, and without JavaScript."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible
from tests.conftest import ROOT

HEADER = "Period;Konto;Konto(T);Kst;Vernr;Datum;Text;Belopp"
NEW = "/finance/imports/new/"


@pytest.fixture(scope="module")
def worker(environment: dict[str, str]) -> Iterator[None]:
    """The background worker, beside the web server."""
    command = [sys.executable, "-W", "ignore", "manage.py", "procrastinate", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(timeout=30)


def ledger(folder: Path, period: int, rows: int = 12, centre: str = "98765") -> Path:
    """A file of one month, far from what the demo has booked; the cost centre is new."""
    path = folder / f"huvudbok-{period}.csv"
    day = f"{period // 100}-{period % 100:02}-14"
    lines = [f"{period};57210;Licenser;{centre};{n};{day};Licens {n};{n}00,50" for n in range(1, rows + 1)]
    path.write_text("\r\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def reach(page: Page, name: str) -> None:
    """Goes with the Tab key alone to the control whose own text or label is `name`."""
    script = """() => { const e = document.activeElement;
        return (e.labels?.[0]?.textContent || e.textContent || "").trim(); }"""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(script).startswith(name):
            return
    raise AssertionError(f"the Tab key does not come to {name}")


def test_a_file_goes_from_drop_to_undo_with_the_keyboard_alone(page_as, worker, tmp_path):
    page = page_as("controller", viewport={"width": 1000, "height": 800})
    page.goto(NEW)
    assert_accessible(page)
    page.set_input_files("#files", ledger(tmp_path, 203101))
    page.focus("#files")
    reach(page, "Ladda upp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reading/")
    assert_accessible(page)
    reach(page, "Förhandsgranska")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preview/")
    assert_accessible(page)
    assert "12 rader, 7 806,00" in page.inner_text(".page-head__lead").replace("\xa0", " ")
    reach(page, "Skapa")
    page.keyboard.press("Space")
    reach(page, "Kontrollsumma")
    page.keyboard.type("7806")
    reach(page, "Bokför 12 rader")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/")
    expect(page.locator(".notice--ok")).to_contain_text("Bokförd", timeout=30_000)
    assert_accessible(page)
    reach(page, "Se importen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/finance/imports/*/")
    assert_accessible(page)
    reach(page, "Ta tillbaka importen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/")
    assert_accessible(page)
    reach(page, "Skäl")
    page.keyboard.type("Fel period")
    reach(page, "Ta tillbaka importen")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--watch")).to_contain_text("Gäller inte längre", timeout=20_000)
    assert_accessible(page)


def test_the_same_way_without_javascript(page_as, worker, tmp_path):
    page = page_as("controller", java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(NEW)
    page.set_input_files("#files", ledger(tmp_path, 203102, centre="98766"))
    page.click("text=Ladda upp")
    page.wait_for_url("**/reading/")
    page.locator("text=Förhandsgranska").first.click()
    page.wait_for_url("**/preview/")
    page.check("[name=create_codes]")
    page.click("text=Bokför 12 rader")
    page.wait_for_url("**/receipt/")
    for _load in range(60):
        if page.locator("text=Se importen").count():
            break
        page.wait_for_timeout(500)
        page.click("text=Visa hur långt det har kommit")
    page.click("text=Se importen")
    page.click("text=Ta tillbaka importen")
    page.fill("[name=reason]", "Fel fil")
    page.click("button:has-text('Ta tillbaka importen')")
    assert page.locator("text=Importen är tillbakatagen").count() == 1


@pytest.mark.parametrize("options", [{"viewport": {"width": 320, "height": 640}}, {"color_scheme": "dark"}])
def test_each_step_is_accessible_on_a_telephone_and_in_the_dark(page_as, tmp_path, options):
    page = page_as("controller", **options)
    page.goto(NEW)
    page.set_input_files("#files", ledger(tmp_path, 203103, centre="98767"))
    assert_accessible(page)
    page.click("text=Ladda upp")
    page.wait_for_url("**/reading/")
    assert_accessible(page)
    page.locator("text=Förhandsgranska").first.click()
    page.wait_for_url("**/preview/")
    assert_accessible(page)
    page.click("text=Bokför 12 rader")
    expect(page.locator(".notice--risk").first).to_be_visible()
    assert_accessible(page)
    page.click("text=Ta bort filen")
    assert page.url.endswith(NEW)


def test_a_file_with_errors_says_where_and_books_nothing(page_as, tmp_path):
    path = ledger(tmp_path, 203104, centre="98768")
    path.write_text(path.read_text(encoding="utf-8").replace("500,50", "5 00,50"), encoding="utf-8")
    page = page_as("controller", viewport={"width": 320, "height": 640})
    page.goto(NEW)
    page.set_input_files("#files", path)
    page.click("text=Ladda upp")
    page.wait_for_url("**/reading/")
    page.locator("text=Förhandsgranska").first.click()
    page.wait_for_selector("text=Fel i filen")
    assert_accessible(page)
    assert page.get_by_role("button", name="Bokför").count() == 0
    page.click("text=Ta bort filen")


def test_progress_is_shown_while_a_file_is_sent_and_it_can_be_stopped(page_as, tmp_path):
    page = page_as("controller")
    page.goto(NEW)
    large = tmp_path / "stor.csv"
    large.write_bytes(b"x" * 3_000_000)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.set_input_files("#files", large)
    page.click("text=Ladda upp")
    expect(page.locator("[data-sending-text]")).to_contain_text("%", timeout=10_000)
    page.click("text=Avbryt uppladdningen")
    expect(page.locator("[data-sending-text]")).to_contain_text("avbröts")
    assert_accessible(page)
