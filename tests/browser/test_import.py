"""A ledger file from the hand to the ledger and back: by keyboard, and without JavaScript."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import assert_accessible
from tests.conftest import ROOT
from tests.finance.ledger_variants import make_ods, make_xlsx

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


SIE = """#FLAGGA 0
#PROGRAM "Ekonomi" 1.0
#FORMAT PC8
#SIETYP 4
#FNAMN "Övningsbolaget"
#RAR 0 20310101 20311231
#KONTO 57210 Licenser
#KONTO 19300 Bank
#DIM 1 Kostnadsställe
#OBJEKT 1 98770 "Göteborg"
#VER A 1 20311014 "Köp på Åsögatan"
{
#TRANS 57210 {1 98770} 100.50 "" "Licens"
#TRANS 19300 {1 98770} -100.50
}
"""


def rows_of(period: int, centre: str) -> list[list[str]]:
    row = [str(period), "57210", "Licenser", centre, "1", "2031-01-14", "Licens", "100,50"]
    return [HEADER.split(";"), row, row]


def in_format(folder: Path, name: str) -> tuple[Path, str]:
    """A file of the format, and what its preview says of its rows."""
    if name == "sie":
        path = folder / "bok.se"
        path.write_bytes(SIE.replace("\n", "\r\n").encode("cp437"))
        return path, "2 rader, 0,00 kr"
    if name == "xlsx":
        return make_xlsx(folder / "bok.xlsx", rows_of(203111, "98771")), "2 rader, 201,00 kr"
    if name == "ods":
        return make_ods(folder / "bok.ods", rows_of(203112, "98772")), "2 rader, 201,00 kr"
    path = folder / "bok.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(ledger(folder, 203201, centre="98773"), "bok.csv")
    return path, "12 rader, 7 806,00 kr"


def book(page: Page) -> None:
    """From a file's reading to its receipt."""
    page.locator("text=Förhandsgranska").first.click()
    page.wait_for_url("**/preview/")
    if page.locator("[name=create_codes]").count():
        page.check("[name=create_codes]")
    page.locator("button:has-text('Bokför')").click()
    page.wait_for_url("**/receipt/")
    expect(page.locator(".notice--ok")).to_contain_text("Bokförd", timeout=30_000)


def take_back(page: Page) -> None:
    page.click("text=Se importen")
    page.click("text=Ta tillbaka importen")
    page.fill("[name=reason]", "Prov")
    page.click("button:has-text('Ta tillbaka importen')")
    expect(page.locator(".notice--watch")).to_contain_text("Gäller inte längre")


@pytest.mark.parametrize("name", ["sie", "xlsx", "ods", "zip"])
def test_every_kind_of_file_goes_from_drop_to_undo(page_as, worker, tmp_path, name):
    path, verdict = in_format(tmp_path, name)
    page = page_as("controller")
    page.goto(NEW)
    page.set_input_files("#files", path)
    page.click("text=Ladda upp")
    page.wait_for_url("**/reading/")
    assert_accessible(page)
    page.locator("text=Förhandsgranska").first.click()
    page.wait_for_url("**/preview/")
    assert verdict in page.inner_text(".page-head__lead").replace("\xa0", " ")
    page.click("text=Tolkning")
    book(page)
    assert_accessible(page)
    with page.expect_download() as download:
        page.click("text=Ladda ner originalfilen")
    original = path if name != "zip" else tmp_path / "huvudbok-203201.csv"
    assert Path(download.value.path()).read_bytes() == original.read_bytes()
    take_back(page)


def test_several_files_and_a_zip_of_several_are_booked_one_at_a_time(page_as, worker, tmp_path):
    path = tmp_path / "två.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for period in (203202, 203203):
            archive.write(ledger(tmp_path, period, centre="98774"), f"{period}.csv")
    page = page_as("controller")
    page.goto(NEW)
    page.set_input_files("#files", [path, ledger(tmp_path, 203204, centre="98774")])
    page.click("text=Ladda upp")
    expect(page.locator(".notice--ok")).to_contain_text("3 filer är mottagna")
    for name in ("två.zip: 203202.csv", "två.zip: 203203.csv", "huvudbok-203204.csv"):
        page.goto(NEW)
        page.get_by_role("link", name=name).click()
        page.wait_for_url("**/reading/")
        book(page)
        take_back(page)


def test_wrong_rows_are_put_right_and_booked(page_as, worker, tmp_path):
    path = ledger(tmp_path, 203205, centre="98775")
    path.write_text(path.read_text(encoding="utf-8").replace("500,50", "5 00,50"), encoding="utf-8")
    page = page_as("controller", viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page.goto(NEW)
    page.set_input_files("#files", path)
    page.click("text=Ladda upp")
    page.locator("text=Förhandsgranska").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    wrong = Path(download.value.path()).read_text(encoding="utf-8-sig")
    back = tmp_path / "rättade.csv"
    back.write_text(wrong.replace("5 00,50", "500,50"), encoding="cp1252")
    page.set_input_files("#corrected", back)
    page.click("text=Sätt in raderna")
    page.wait_for_url("**/preview/")
    assert "12 rader, 7 806,00" in page.inner_text(".page-head__lead").replace("\xa0", " ")
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
