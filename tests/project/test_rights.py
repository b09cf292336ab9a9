"""Every address × who asks × method × whose object, held against the table in `vp_portal/docs/rights/`."""

from collections import defaultdict

import pytest
from django.contrib import admin
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from tests.project.rights_walk import holds, walk
from tests.project.rights_world import OTHER, OWN, rows_of_registers
from vp_portal.core import rights_table
from vp_portal.core.rights_table import ASKERS, RIGHTS, VERDICTS

__all__ = ["walk"]
LINES = rights_table.lines()
REGISTERS = rights_table.registers()
PAGES = rights_table.register_pages()
METHODS = ("GET", "POST", "PUT", "DELETE")


def addresses(patterns, namespace=""):
    """The name of every address, its route for one without a name; and what Django keeps of it."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or str(entry.pattern)}", entry


def page_of_register(name):
    """(register, page) of an address in the admin, or None. The old address of a row's page is `redirect`."""
    for model in admin.site._registry:
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start):
            return model._meta.label_lower, name.removeprefix(start)
    return None


_FOUND = dict(addresses(get_resolver().url_patterns))
VIEWS = {name: entry.callback for name, entry in _FOUND.items()}
ROUTES = {name: str(entry.pattern) for name, entry in _FOUND.items()}
ALL = set(VIEWS)


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


#: Objects that are nobody's own: whose they are makes no difference to who may what.
NOBODYS = {
    "finance:rule": "rules, runs and periods are the controllers' together",
    "finance:use_rule": "as rules",
    "finance:run": "as rules",
    "finance:lock_period": "as rules",
    "finance:unlock_period": "as rules",
    "finance:batch": "files are the controllers' together, and so are those on their way (finance:upload)",
    "finance:original": "as files",
    "finance:original_row": "as files",
    "finance:undo": "as files",
    "goals:version": "a decided plan is everyone's to read",
    "goals:version_changes": "as a decided plan",
    "goals:measure": "a measure is everyone's to read",
    "goals:export_job": "asked for by the plan owner: another's to all others",
    "goals:export_file": "as the page that waits for it",
    "goals:feed": "the address is the key, of nobody in the world",
    "new_password": "the address is the key, of nobody in the world",
    "end_session": "somebody else's; one's own are walked in tests of sessions",
    "mfa_edit_webauthn": "somebody else's; one's own are walked in tests of factors",
    "mfa_remove_webauthn": "as above",
}
#: Whole budgets are the controllers'; their rows and approvals have owners (finance:budget_row, finance:budget_answer).
OF_WHOLE_BUDGETS = ("basis", "limits", "rows", "preview", "store", "discard", "compute", "submit")


def test_own_and_anothers_object_have_a_verdict():
    whose = defaultdict(set)
    for line in LINES:
        whose[line.address].add(line.whose)
    ours = {name for name in whose if not name.startswith(("admin:", "finance:upload"))}
    ours -= {f"finance:{kind}_{name}" for kind in ("budget", "forecast") for name in OF_WHOLE_BUDGETS}
    takes_one = {name for name in ours if "<" in ROUTES[name]}
    assert {name for name in takes_one if not whose[name] >= {OWN, OTHER}} == set(NOBODYS)


def test_verdicts_and_rights_are_known_words():
    assert {verdict for line in LINES for verdict in line.verdicts.values()} <= VERDICTS
    assert {right for by in REGISTERS.values() for rights in by.values() for right in rights} <= set(RIGHTS)
    assert {right for page in PAGES for right in page.needs} <= set(RIGHTS)
    assert {line.whose for line in LINES} == {"", OWN, OTHER}


# The table held true


def verdict(response, whose, wanted):
    """What the answer amounts to, in the table's words, told as `wanted` where several words fit."""
    status = response.status_code
    if status == 302 and response.headers["Location"].startswith(("/sign-in/?next=", "/admin/login/?next=")):
        return "sign-in"
    if status in (204, 302):
        return "done"
    if status != 200:
        return str(status) + told_by_refusal(response, whose)
    if wanted == "page" or not whose:
        return "page"
    if holds(response, whose, money=True):
        return "yes"
    return "facts" if holds(response, whose, money=False) else "empty"


def told_by_refusal(response, whose):
    """What a refusal tells of what it refuses: not a byte of another's, no money at all. A form that is shown again is
    none: who may send it sees its object."""
    if response.status_code == 422:
        return ""
    if whose and holds(response, whose, money=True):
        return " with money"
    return " with a name" if whose == OTHER and holds(response, whose, money=False) else ""


def place(world, line):
    """The address of a line of the table, with its query."""
    query = line.query.format(**world.words(line.whose))
    if line.address == "admin:(?P<url>.*)$":
        return "/admin/nowhere/"
    if line.address == "admin:app_list":
        return reverse(line.address, args=[query.removeprefix("app=")])
    return reverse(line.address, kwargs=world.arguments(line.address, line.whose)) + (f"?{query}" if query else "")


def wrong_lines(walk, asker):
    """A page is drawn where it is read whose it is; a refusal of somebody's always is."""
    visitor = walk.visitor(asker)
    for line in LINES:
        url, wanted = place(walk.world, line), line.verdicts[asker]
        for method in line.methods:
            drawn = bool(line.whose) and wanted not in {"page", "done", "sign-in"}
            found = verdict(visitor.ask(method, url, drawn=drawn), line.whose, wanted)
            if found != wanted:
                yield f"{asker}: {method} {url} ({line.whose}): {found}, not {wanted}"


@pytest.mark.parametrize("asker", ASKERS)
def test_every_address_answers_as_the_table_says(walk, db, asker):
    wrong = list(wrong_lines(walk, asker))
    assert not wrong, "\n".join(wrong)


def asked_wrongly(walk, asker):
    visitor, ways, led_on = walk.visitor(asker), defaultdict(set), set()
    for line in LINES:
        ways[line.address].update(line.methods)
        led_on |= {line.address} if line.verdicts[asker] == "done" else set()
    for address, methods in ways.items():
        if address.startswith("admin:"):
            continue
        url = reverse(address, kwargs=walk.world.arguments(address, OWN))
        for method in set(METHODS) - methods:
            status = visitor.ask(method, url, drawn=False).status_code
            if status != 405 and not (status == 302 and (asker == "anonymous" or address in led_on)):
                yield f"{asker}: {method} {url}: {status}"


@pytest.mark.parametrize("asker", ["anonymous", "reader", "administrator"])
def test_no_address_is_asked_in_other_ways(walk, db, asker):
    wrong = list(asked_wrongly(walk, asker))
    assert not wrong, "\n".join(wrong)


def url_of_page(register, page, row):
    start = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    if page == "redirect":
        return reverse(f"{start}_changelist") + f"{row.pk}/"
    past = getattr(row, "history", None) if page == "simple_history" else None
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
    """What the page itself answers whoever is signed in, without what every address has around it."""
    request = getattr(RequestFactory(), method.lower())(url)
    request.user, request.session, request._dont_enforce_csrf_checks = user, SessionStore(), True
    request._messages = SessionStorage(request)
    found = resolve(request.path_info)
    try:
        return found.func(request, *found.args, **found.kwargs).status_code
    except PermissionDenied:
        return 403


def pages_of(rows):
    """(register, page, its address) of all registers."""
    for model, row in rows.items():
        register = model._meta.label_lower
        for page in PAGES:
            if page.page == "redirect" or f"admin:{register.replace('.', '_')}_{page.page}" in ALL:
                yield register, page, url_of_page(register, page.page, row)


def wrong_registers(walk, pages, asker):
    """Those who are signed in ask the pages: what stands before them is walked with the other addresses."""
    visitor, user = walk.visitor(asker), walk.world.users.get(asker)
    for register, page, url in pages:
        wanted = wanted_of(asker, REGISTERS[register][asker], page.needs)
        for method in page.methods:
            status = status_of(method, url, user) if user else visitor.ask(method, url, drawn=False).status_code
            if status not in wanted:
                yield f"{asker}: {method} {url}: {status}, not {wanted}"


@pytest.fixture(scope="module")
def registers(walk):
    """The pages of all registers, each of which has a row."""
    return list(pages_of(rows_of_registers()))


@pytest.fixture
def undrawn(walk, monkeypatch):
    """Whether a page opens is settled before it is drawn; drawing them all takes minutes."""
    monkeypatch.setattr("django.contrib.admin.sites.AdminSite._build_app_dict", lambda *args, **kwargs: {})
    with walk.pages.undrawn():
        yield


@pytest.mark.parametrize("asker", ASKERS)
def test_every_register_opens_as_the_table_says(walk, registers, db, undrawn, asker):
    wrong = list(wrong_registers(walk, registers, asker))
    assert not wrong, "\n".join(wrong)


def test_whoever_asks_a_register_meets_the_same_through_the_whole_portal(walk, registers, db, undrawn):
    """The pages' own answers are what a browser gets: one register, every page, everyone who has registers or none."""
    pages = [each for each in registers if each[0] == "services.orgunit"]
    for asker in ("reader", "plan_owner", "controller", "administrator"):
        visitor, user = walk.visitor(asker), walk.world.users[asker]
        for _register, page, url in pages:
            for method in page.methods:
                through = visitor.ask(method, url, drawn=False).status_code
                assert status_of(method, url, user) == through, (asker, method, url)


@pytest.mark.parametrize("asker", ["plan_owner", "controller", "administrator"])
def test_the_front_page_of_the_admin_lists_the_registers_of_the_table(walk, db, asker):
    listed = {
        f"{app['app_label']}.{each['object_name'].lower()}"
        for app in walk.visitor(asker).client.get("/admin/").context["available_apps"]
        for each in app["models"]
    }
    chosen_from_others = {"services.costobject"}
    assert listed == {register for register, by in REGISTERS.items() if by[asker]} - chosen_from_others
