"""All pages as all roles, found by following links: nothing that the policy stops, no error, nothing broken."""

import re
import time
from collections import Counter, defaultdict, deque
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.browser.conftest import watch
from tests.pages import PAGES
from tests.project.test_architecture import ADDRESSES
from vp_portal.overview.demo.files import rows

LOGINS = [row["username"] for row in rows("demo/logins")]
#: Who has not signed in.
NOBODY = "nobody"
#: So many pages with the same pattern of address are opened.
PAGES_OF_A_KIND = 1
PATIENCE = 300.0  # seconds for one login
#: What a link may not be: a file to save.
FILES = re.compile(r"[?&]format=|\.(csv|xlsx|json)\b")
#: Addresses that end the session, or are made for something else than reading.
NOT_READ = re.compile(r"^/(sign-out|csp-report)/|/(autocomplete|jsi18n)/")


def starts(username):
    """What a login begins from: the overview, its pages in the list, and every address without a part to fill."""
    fixed = [path for _name, path in ADDRESSES if not re.search(r"\b1\b|<", path) and not NOT_READ.search(path)]
    return ["/", *(path for login, path in PAGES if login == username), *fixed]


class Kinds:
    """Tells pages apart: by their address's pattern, and by what their query asks about that none asked before."""

    def __init__(self):
        self.opened, self.asked = Counter(), defaultdict(set)

    def is_new(self, url):
        parts = urlsplit(url)
        pattern, keys = self.pattern(parts.path), set(parse_qs(parts.query))
        new = bool(keys - self.asked[pattern]) or (not keys and self.opened[pattern] < PAGES_OF_A_KIND)
        self.asked[pattern] |= keys
        self.opened[pattern] += not keys
        return new

    def pattern(self, path):
        try:
            found = resolve(path)
        except Resolver404:
            return path
        if found.namespace == "admin" and "_" in (found.url_name or ""):
            return found.url_name.rsplit("_", 1)[-1]  # Registers share their pages; each is read without a browser.
        return found.route, found.view_name


def crawl(page, username):
    """Every address that was opened, with its status."""
    waiting, opened, kinds = deque(starts(username)), {}, Kinds()
    named = {path for login, path in PAGES if login == username}
    seen = set(waiting)
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        url = waiting.popleft()
        if not kinds.is_new(url) and url not in named:
            continue
        opened[url], links = visit(page, url)
        for link in links:
            parts = urlsplit(urljoin(page.url, link))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            own = parts.netloc == urlsplit(page.url).netloc and not link.startswith("#")
            if own and path not in seen and not NOT_READ.search(path) and not FILES.search(path):
                seen.add(path)
                waiting.append(path)
    assert not waiting, f"{len(waiting)} addresses were not reached in time"
    return opened


def visit(page, url):
    """The address's status, and the links of its page."""
    try:
        status = page.goto(url, wait_until="load").status
    except Error:  # A refusal without a page, such as an address that is only sent to.
        # A kept connection may have been closed by the server since the last request: that alone is asked again.
        return page.request.get(url, max_retries=1).status, []
    return status, page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")


@pytest.mark.parametrize("username", [*LOGINS, NOBODY])
def test_every_page_that_a_login_can_reach_is_clean(chromium, portal, server, sign_in, username):
    problems, told = [], len(server.violations())
    state = None if username == NOBODY else sign_in(username)
    context = chromium.new_context(base_url=portal, locale="sv-SE", storage_state=state)
    watch(context, problems)
    opened = crawl(context.new_page(), username)
    context.close()
    problems += server.violations()[told:]
    assert [problem for problem in problems if "the server responded with a status of 4" not in problem] == []
    assert {url: status for url, status in opened.items() if status >= 500} == {}
    linked = opened.keys() - set(starts(username))
    assert {url: opened[url] for url in linked if opened[url] >= 400} == {}, "links to what their reader may not see"
    assert {path for login, path in PAGES if login == username} <= {
        url for url, status in opened.items() if status == 200
    }
