"""The portal as it is served: gunicorn, collected static files and the demo department, driven by Chromium.

The fixtures end with the package: while Playwright runs, its event loop keeps other tests from the database.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import database
from tests.conftest import CHROMIUM, ROOT

PASSWORD = secrets.token_urlsafe(24)
POSTINGS = "6000"
TODAY = "2025-09-15"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests share one server, so they share one worker."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True)
class Served:
    """A running web server, and what it has written."""

    port: int
    log: Path

    def violations(self) -> list[str]:
        """What browsers have told of breaches of the policy."""
        return [line for line in self.log.read_text().splitlines() if "vp_portal.core.violations" in line]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def database_name() -> Iterator[str]:
    """An empty database beside the test database."""
    server = settings.DATABASES["default"]
    name = f"browser_{os.getpid()}_{server['NAME']}"
    options = {"host": server["HOST"] or server["OPTIONS"].get("host"), "port": server["PORT"] or None}
    credentials = {"user": server["USER"], "password": server["PASSWORD"] or None}
    with psycopg.connect(dbname="postgres", autocommit=True, **options, **credentials) as admin:
        admin.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        yield name
        admin.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(psycopg.sql.Identifier(name)))


@pytest.fixture(scope="package")
def environment(database_name: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of a trial, with the demo department in the database and static files collected."""
    env = {
        **database.environment(database_name),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "VP_TRIAL": "1",
        "VP_VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "VP_DEMO_PASSWORD": PASSWORD,
    }
    manage = [sys.executable, "-W", "ignore", "manage.py"]
    for command in (
        ["migrate", "-v0"],
        ["collectstatic", "--noinput", "-v0"],
        ["seed_demo", "--postings", POSTINGS, "--today", TODAY],
    ):
        subprocess.run([*manage, *command], check=True, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    return env


@contextmanager
def served(env: dict[str, str], port: int | None = None) -> Iterator[Served]:
    """A web server as in production, started with these variables."""
    port, log = port or free_port(), Path(env["VP_VAR_DIR"]) / f"{secrets.token_hex(4)}.log"
    gunicorn = [sys.executable, "-m", "gunicorn", "vp_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    with log.open("wb") as file:
        server = subprocess.Popen([*gunicorn, "--log-level", "warning"], cwd=ROOT, env=env, stderr=file)
        try:
            wait_for(port, server)
            yield Served(port, log)
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server does not start")


@pytest.fixture(scope="package")
def server(environment: dict[str, str]) -> Iterator[Served]:
    with served(environment) as found:
        yield found


@pytest.fixture(scope="package")
def portal(server: Served) -> str:
    """The address of a running portal with the demo department."""
    return f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def sign_in(chromium: Browser, portal: str) -> Callable[[str], dict]:
    """Signs a demo user in through the form, once, and gives the browser state to open pages with."""
    states: dict[str, dict] = {}

    def state_of(username: str) -> dict:
        if username not in states:
            context = chromium.new_context(base_url=portal, locale="sv-SE")
            page = context.new_page()
            page.goto("/sign-in/")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url("**/")
            states[username] = context.storage_state()
            context.close()
        return states[username]

    return state_of


@pytest.fixture
def page_as(
    chromium: Browser, portal: str, server: Served, sign_in: Callable[[str], dict]
) -> Iterator[Callable[..., Page]]:
    """`page_as("chef1")` opens a page as a demo user.

    Errors in the console, breaches of the policy and those that the portal collected meanwhile fail the test.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []
    seen = len(server.violations())

    def open_page(username: str | None, **options) -> Page:
        if username:
            options["storage_state"] = sign_in(username)
        context = chromium.new_context(base_url=portal, locale="sv-SE", **options)
        contexts.append(context)
        watch(context, problems)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    problems += server.violations()[seen:]
    # A refusal is an answer; htmx writes in the console when somebody stops what they are sending.
    expected = ("the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest")
    assert not [problem for problem in problems if not any(words in problem for words in expected)]


def watch(context: BrowserContext, problems: list[str]) -> None:
    """Every page and frame of the context tells its errors, and what the content security policy stopped."""
    context.on("weberror", lambda error: problems.append(str(error.error)))
    context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    context.expose_binding("policyViolated", lambda source, text: problems.append(f"{source['page'].url}: {text}"))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " event => policyViolated(`${event.effectiveDirective} stopped ${event.blockedURI} ${event.sample}`))"
    )


def assert_accessible(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{page.url} is {width} px wider than the window"


def assert_accessible_in_every_look(page: Page) -> None:
    """The same in the light, in the dark and on a telephone; the window is left as it was."""
    size = page.viewport_size
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour on its way to another
        assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size)
