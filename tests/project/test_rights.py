"""Every address × who asks × method × whose object, held against the table in `vp_portal/docs/rights/`."""

import html
import re
from collections import defaultdict
from contextlib import nullcontext

import pytest
from django.contrib import admin, auth
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.project.rights_world import MONEY, NAME, OTHER, OWN, World, rows_of_registers
from vp_portal.core import rights_table
from vp_portal.core.rights_table import ASKERS, RIGHTS, VERDICTS

LINES = rights_table.lines()
REGISTERS = rights_table.registers()
PAGES = rights_table.register_pages()
METHODS = ("GET", "POST", "PUT", "DELETE")
#: What is drawn anew for each answer: a token, or a request's number, where any four digits may stand.
DRAWN = re.compile(
    r'csrfmiddlewaretoken" value="[^"]*|name="request-id" content="[^"]*|(?:Ärende-id <code>|begäran )[0-9a-f-]{16,}'
)


def addresses(patterns, namespace=""):
    """The name of every address; its route for one without a name."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or str(entry.pattern)}"


def page_of_register(name):
    """(register, page) of an address in the admin, or None. The old address of a row's page is `redirect`."""
    for model in admin.site._registry:
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start):
            return model._meta.label_lower, name.removeprefix(start)
    return None


ALL = set(addresses(get_resolver().url_patterns))


# The table itself


def test_every_address_has_a_verdict():
    known, pages = {line.address for line in LINES}, {page.page for page in PAGES}
    without = set()
    for name in ALL - known - {"admin:<path:object_id>/"}:
        found = page_of_register(name)
        if found is None or found[0] not in REGISTERS or found[1] not in pages:
            without.add(name)
    assert without == set()


def test_no_verdict_is_about_what_is_gone():
    assert {line.address for line in LINES} - ALL == set()
    assert {model._meta.label_lower for model in admin.site._registry} == set(REGISTERS)


def test_verdicts_and_rights_are_known_words():
    assert {verdict for line in LINES for verdict in line.verdicts.values()} <= VERDICTS
    assert {right for by in REGISTERS.values() for rights in by.values() for right in rights} <= set(RIGHTS)
    assert {right for page in PAGES for right in page.needs} <= set(RIGHTS)
    assert {line.whose for line in LINES} == {"", OWN, OTHER}


# The table held true


@pytest.fixture
def world(db, today):
    """Who asks, and everything twice."""
    return World()


@pytest.fixture
def remembered(monkeypatch):
    """Loads each of those who ask once: nothing about them changes while they do. Roles are asked for then, too."""
    known, load = {}, auth.get_user

    def get_user(request):
        key = request.session.get(auth.SESSION_KEY)
        if key is None or key not in known:
            known[key] = load(request)
        return known[key]

    monkeypatch.setattr(auth, "get_user", get_user)


def visitor(world, asker):
    client = Client(raise_request_exception=True)
    if asker != "anonymous":
        client.force_login(world.users[asker])
    return client


def ask(client, method, url):
    """The answer; nothing stays of it, and who asked stays signed in."""
    if method == "GET":
        return client.get(url)
    cookies = client.cookies.output()
    with transaction.atomic():
        response = client.generic(method, url)
        transaction.set_rollback(True)
    client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return response


def squeezed(response):
    """The answer and what one reads of it, without blanks and what is drawn anew for each answer."""
    if "spreadsheetml" in response.headers.get("Content-Type", ""):
        return "", ""
    body = DRAWN.sub("", response.content.decode())
    text = re.sub(r"<(svg|script)\b.*?</\1>|<[^>]*>", " ", body, flags=re.DOTALL)
    blanks = re.compile(r"\s|[\u00a0\u202f]")
    return blanks.sub("", html.unescape(body)), blanks.sub("", html.unescape(text))


def holds(response, whose, *, money):
    """Whether the answer has a byte of the money, or of the names, of one of the two."""
    body, text = squeezed(response)
    if money:
        exact, thousands = MONEY[whose]
        return exact in body or thousands in text
    return NAME[whose] in body


def verdict(response, whose, wanted):
    """What the answer amounts to, in the table's words, told as `wanted` where several words fit."""
    status = response.status_code
    if status == 302 and response.headers["Location"].startswith(("/sign-in/?next=", "/admin/login/?next=")):
        return "sign-in"
    if status in (204, 302):
        return "done"
    if status != 200:
        return str(status) if not (whose and holds(response, whose, money=True)) else f"{status} with money"
    if wanted == "page" or not whose:
        return "page"
    if holds(response, whose, money=True):
        return "yes"
    return "facts" if holds(response, whose, money=False) else "empty"


def place(world, line):
    """The address of a line of the table, with its query."""
    query = line.query.format(**world.words(line.whose))
    if line.address == "admin:(?P<url>.*)$":
        return "/admin/nowhere/"
    if line.address == "admin:app_list":
        return reverse(line.address, args=[query.removeprefix("app=")])
    return reverse(line.address, kwargs=world.arguments(line.address, line.whose)) + (f"?{query}" if query else "")


def wrong_lines(world, asker):
    client = visitor(world, asker)
    for line in LINES:
        url, wanted = place(world, line), line.verdicts[asker]
        for method in line.methods:
            found = verdict(ask(client, method, url), line.whose, wanted)
            if found != wanted:
                yield f"{asker}: {method} {url} ({line.whose}): {found}, not {wanted}"


@pytest.mark.parametrize("asker", ASKERS)
def test_every_address_answers_as_the_table_says(world, remembered, settings, asker):
    settings.FILES_PER_MINUTE = 1000  # The table has more files than anybody takes in a minute.
    wrong = list(wrong_lines(world, asker))
    assert not wrong, "\n".join(wrong)


def asked_wrongly(world, asker):
    client, ways, led_on = visitor(world, asker), defaultdict(set), set()
    for line in LINES:
        ways[line.address].update(line.methods)
        led_on |= {line.address} if line.verdicts[asker] == "done" else set()
    for address, methods in ways.items():
        if address.startswith("admin:"):
            continue
        url = reverse(address, kwargs=world.arguments(address, OWN))
        for method in set(METHODS) - methods:
            status = ask(client, method, url).status_code
            if status != 405 and not (status == 302 and (asker == "anonymous" or address in led_on)):
                yield f"{asker}: {method} {url}: {status}"


@pytest.mark.parametrize("asker", ["anonymous", "reader", "administrator"])
def test_no_address_is_asked_in_other_ways(world, asker):
    wrong = list(asked_wrongly(world, asker))
    assert not wrong, "\n".join(wrong)


def url_of_page(register, page, row):
    start = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    if page == "redirect":
        return reverse(f"{start}_changelist") + f"{row.pk}/"
    past = getattr(row, "history", None)
    arguments = {
        **{name: [row.pk] for name in ("change", "delete", "history")},
        "simple_history": [row.pk, past.first().pk if past and past.exists() else 1],
    }
    return reverse(f"{start}_{page}", args=arguments.get(page))


def wanted_of(asker, rights, needs):
    """Status codes that fit."""
    if asker == "anonymous":
        return {302}
    into_admin = any(by[asker] for by in REGISTERS.values())
    return {200, 302} if into_admin and needs <= rights else {403}


def status_of(method, url, user):
    """What the page itself answers whoever is signed in, without what every address has around it; nothing stays."""
    request = getattr(RequestFactory(), method.lower())(url)
    request.user, request.session, request._dont_enforce_csrf_checks = user, SessionStore(), True
    request._messages = SessionStorage(request)
    found = resolve(request.path_info)
    with nullcontext() if method == "GET" else transaction.atomic():
        try:
            return found.func(request, *found.args, **found.kwargs).status_code
        except PermissionDenied:
            return 403
        finally:
            if method != "GET":
                transaction.set_rollback(True)


def pages_of(rows):
    """(register, page, its address) of all registers."""
    for model, row in rows.items():
        register = model._meta.label_lower
        for page in PAGES:
            if page.page == "redirect" or f"admin:{register.replace('.', '_')}_{page.page}" in ALL:
                yield register, page, url_of_page(register, page.page, row)


def wrong_registers(world, pages, asker):
    """Those who are signed in ask the pages: what stands before them is walked with the other addresses."""
    client, user = visitor(world, asker), world.users.get(asker)
    for register, page, url in pages:
        wanted = wanted_of(asker, REGISTERS[register][asker], page.needs)
        for method in page.methods:
            status = status_of(method, url, user) if user else ask(client, method, url).status_code
            if status not in wanted:
                yield f"{asker}: {method} {url}: {status}, not {wanted}"


@pytest.fixture
def undrawn(monkeypatch):
    """Whether a page opens is settled before it is drawn; drawing them all takes minutes."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **kwargs: "")
    monkeypatch.setattr("django.contrib.admin.sites.AdminSite._build_app_dict", lambda *args, **kwargs: {})


@pytest.mark.parametrize("asker", ASKERS)
def test_every_register_opens_as_the_table_says(world, undrawn, asker):
    wrong = list(wrong_registers(world, list(pages_of(rows_of_registers())), asker))
    assert not wrong, "\n".join(wrong)


def test_whoever_asks_a_register_meets_the_same_through_the_whole_portal(world, undrawn):
    """The pages' own answers are what a browser gets: one register, every page, everyone who has registers or none."""
    pages = [each for each in pages_of(rows_of_registers()) if each[0] == "services.orgunit"]
    for asker in ("reader", "plan_owner", "controller", "administrator"):
        client, user = visitor(world, asker), world.users[asker]
        for _register, page, url in pages:
            for method in page.methods:
                assert status_of(method, url, user) == ask(client, method, url).status_code, (asker, method, url)


@pytest.mark.parametrize("asker", ["plan_owner", "controller", "administrator"])
def test_the_front_page_of_the_admin_lists_the_registers_of_the_table(world, asker):
    listed = {
        f"{app['app_label']}.{each['object_name'].lower()}"
        for app in ask(visitor(world, asker), "GET", "/admin/").context["available_apps"]
        for each in app["models"]
    }
    chosen_from_others = {"services.costobject"}
    assert listed == {register for register, by in REGISTERS.items() if by[asker]} - chosen_from_others
