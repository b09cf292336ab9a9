"""The content security policy as browsers keep it: what it stops is seen, and no page asks for it."""

import time

from tests.browser.conftest import Served, watch

BREACHES = """() => {
  const style = document.createElement('style'); style.textContent = 'b { color: red }'; document.head.append(style);
  const script = document.createElement('script'); script.textContent = 'window.ran = 1'; document.head.append(script);
  const image = new Image(); image.src = 'https://evil.example/x.png'; document.body.append(image);
}"""


def test_what_the_policy_stops_is_seen_by_tests_and_told_to_the_portal(chromium, server: Served, portal):
    context, problems = chromium.new_context(base_url=portal), []
    watch(context, problems)
    page = context.new_page()
    page.goto("/sign-in/")
    page.evaluate(BREACHES)
    deadline = time.monotonic() + 10
    while len(server.violations()) < 3 and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert page.evaluate("window.ran") is None
    for directive in ("style-src-elem", "script-src-elem", "img-src"):
        assert any(f"/sign-in/: {directive} stopped" in problem for problem in problems)
        assert any(f"directive={directive}" in line for line in server.violations())
    context.close()
