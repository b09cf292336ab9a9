"""Takes the README's pictures of a running trial: `python -m tests.browser.screenshots`."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.conftest import CHROMIUM, ROOT

ADDRESS = os.environ.get("VP_ADDRESS", "http://127.0.0.1:8000")
FOLDER = ROOT / "vp_portal" / "docs" / "img"
PICTURES = {"oversikt.png": ("chef1", "/"), "plan.png": ("plan", "/plan/")}


def demo_password() -> str:
    return os.environ.get("VP_DEMO_PASSWORD") or (ROOT / "var" / "demo-password").read_text().strip()


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, (username, path) in PICTURES.items():
            page = browser.new_page(base_url=ADDRESS, viewport={"width": 1200, "height": 900}, locale="sv-SE")
            page.goto("/sign-in/")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", demo_password())
            page.click("main button[type=submit]")
            page.goto(path)
            page.screenshot(path=folder / name)
        browser.close()


if __name__ == "__main__":
    take(FOLDER)
