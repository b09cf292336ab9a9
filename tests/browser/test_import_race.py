"""Two controllers at the same instant, against the web server and two workers: exactly one wins, the other is told.

The control has the same workers without the ledger's lock: then both win.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page

from tests.browser.test_import import NEW, ledger
from tests.conftest import ROOT


@contextmanager
def workers(environment: dict[str, str], *options: str) -> Iterator[None]:
    """Two, of which the second takes the longer pause: it goes on when the first is done."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.browser.racing_worker"]
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen([*command, seconds, *options], cwd=ROOT, env=environment, **streams) for seconds in ("1", "4")
    ]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def previewed(page: Page, path: Path) -> None:
    page.goto(NEW)
    page.set_input_files("#files", path)
    page.click("text=Ladda upp")
    page.wait_for_url("**/reading/")
    page.locator("text=Förhandsgranska").first.click()
    page.wait_for_url("**/preview/")


def order(page: Page) -> Request:
    """What the button that books the file sends."""
    token = page.locator("form.card [name=csrfmiddlewaretoken]").first.input_value()
    fields = {"csrfmiddlewaretoken": token, "create_codes": "on"}
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    url = page.url.replace("/preview/", "/book/")
    return Request(url, urlencode(fields).encode(), {"Cookie": cookies, "Referer": page.url})


def at_once(orders: list[Request]) -> list[int]:
    barrier = Barrier(len(orders))

    def send(request: Request) -> int:
        barrier.wait()
        try:
            return int(urlopen(request).status)
        except HTTPError as error:
            return error.code

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(send, orders))


def outcome(page: Page) -> str:
    """The heading's eyebrow when the job is over: a receipt, or a preview that was refused."""
    for _load in range(120):
        page.goto(page.url.replace("/preview/", "/receipt/"))
        if not page.locator("#work-bar").count():
            return page.inner_text(".page-head").split("\n")[0].lower()
        page.wait_for_timeout(500)
    raise AssertionError("the booking never ends")


@pytest.fixture
def two(page_as, tmp_path):
    """Two controllers' pages, each with its own file of one period, ready to be booked."""

    def pages(period: int) -> list[Page]:
        made = []
        for rows in (3, 4):
            page = page_as("controller")
            previewed(page, ledger(tmp_path, period, rows=rows, centre="98780"))
            made.append(page)
        return made

    return pages


@pytest.mark.parametrize(("period", "options", "wins"), [(203301, (), 1), (203302, ("unlocked",), 2)])
def test_of_two_files_for_one_period_exactly_one_is_booked(two, environment, period, options, wins):
    pages = two(period)
    with workers(environment, *options):
        assert at_once([order(page) for page in pages]) == [200, 200]
        found = sorted(outcome(page) for page in pages)
    assert found.count("kvitto") == wins
    pages[0].goto(f"/finance/imports/?period={period}&state=now")
    assert pages[0].locator("tbody tr").count() == wins


def test_one_file_that_is_confirmed_many_times_at_once_is_booked_once(two, environment):
    page, other = two(203303)
    with workers(environment):
        at_once([order(page)] * 5)
        assert outcome(page) == "kvitto"
    other.goto("/finance/imports/?period=203303")
    assert other.locator("tbody tr").count() == 1
