"""What nobody types by accident: every page and every form answers it with itself or with 4xx, never with 500."""

import re
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.core.registers import filled
from tests.project.rights_world import OWN, World, rows_of_registers
from tests.project.test_rights import LINES
from vp_portal.core.models import AuditEntry, RoleGrant, User

#: One of each sort: long, not printable, no digits, huge, negative, digits of another script, no such day, markup.
HOSTILE = [
    "x" * 100_000,
    "\0",
    "abc",
    "9" * 40,
    "-1",
    "٢٠٢٥٠١",
    "2025-02-31",
    "202513.5",
    "NaN",
    "1" * 20 + "e5",
    "' OR 1=1 --",
    "<script>",
    "\ud800".encode("utf-8", "surrogatepass"),
    "state.it,,;",
]
#: Parameters that Django's lists take.
OF_LISTS = ["q", "o", "p", "all", "e", "_popup", "_to_field", "_changelist_filters", "_facets", "valid", "role", "id"]
#: Columns that no form offers.
EXTRA = {
    "id": "1",
    "pk": "1",
    "is_superuser": "on",
    "password": "x",
    "origin": "directory",
    "made_by": "1",
    "history_user": "1",
    "_history_user": "1",
}


@pytest.fixture
def world(db, today):
    return World()


@pytest.fixture
def browser(world):
    """Someone who comes into every page of the portal; the administrator comes into every register."""

    def sign_in(who):
        client = Client(raise_request_exception=False)
        client.force_login(world.users[who])
        return client

    return sign_in


def failed(client, method, url, data=None):
    """What went wrong, or None. Nothing stays of the request."""
    with transaction.atomic():
        response = client.post(url, data or {}) if method == "POST" else client.get(url)
        transaction.set_rollback(True)
    return f"{method} {url[:150]}: {response.status_code}" if response.status_code >= 500 else None


def names_on(page):
    """The parameters that a page's own forms and links send."""
    text = page.content.decode()
    fields = re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', text)
    links = re.findall(r"[?&;]([a-z_]+)=", text)
    return sorted((set(fields) | set(links)) - {"csrfmiddlewaretoken", "next", "theme"})


def hostile_queries(names):
    """All parameters at once with each value; each alone with some values, repeated, and in a broken encoding."""
    yield from (urlencode(dict.fromkeys(names, value)) for value in HOSTILE)
    for index, name in enumerate(names):
        yield from (urlencode({name: value}) for value in some(index))
        yield urlencode([(name, "1"), (name, "abc"), (name, "2")])
        yield f"{name}=%ff%fe"


def some(index, count=4):
    """A few of the values, others for each number: together the callers try them all."""
    return [HOSTILE[(index + 3 * step) % len(HOSTILE)] for step in range(count)]


PAGES = sorted({line.address for line in LINES if "GET" in line.methods and ":" in line.address} - {"core:gallery"})


@pytest.mark.parametrize("address", [address for address in PAGES if not address.startswith("admin:")])
def test_no_parameter_of_a_page_breaks_it(world, browser, address):
    client = browser("administrator" if address in {"core:audit", "overview:rights"} else "controller")
    url = reverse(address, kwargs=world.arguments(address, OWN))
    names = sorted({*names_on(client.get(url)), "page", "format", "period", "unit", "view", "sort"})
    wrong = [failed(client, "GET", f"{url}?{query}") for query in hostile_queries(names)]
    assert not any(wrong), "\n".join(each for each in wrong if each)


@pytest.mark.parametrize("value", ["%00", "abc%00", "9" * 40, "-1", "x" * 1000, "%ff", "..%2f..", "%0d%0aX: y"])
def test_no_part_of_an_address_breaks_a_page(browser, value):
    client = browser("administrator")
    places = ["/services/{}/", "/services/units/{}/", "/plan/results/{}/", "/finance/imports/{}/", "/admin/{}/"]
    rows = ["", "change/", "delete/", "history/", "history/1/", "password/"]
    places += [f"/admin/{register}/{{}}/{row}" for register in ("core/user", "services/person") for row in rows]
    places += ["/admin/services/person/1/history/{}/", "/admin/auth/group/{}/history/", "/account/sessions/{}/end/"]
    wrong = [failed(client, method, each.format(value)) for each in places for method in ("GET", "POST")]
    assert not any(wrong), "\n".join(each for each in wrong if each)


def test_no_parameter_of_a_list_in_the_admin_breaks_it(world, browser):
    client, wrong = browser("administrator"), []
    for index, model in enumerate(admin.site._registry):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        names = {*OF_LISTS, *re.findall(r"[?&;]([a-z_]+)=", client.get(url).content.decode())}
        own = names - set(OF_LISTS)
        queries = [urlencode({name: value}) for value in some(index) for name in (*own, OF_LISTS[index % 12])]
        wrong += [failed(client, "GET", f"{url}?{query}") for query in queries]
    assert not any(wrong), "\n".join(each for each in wrong if each)


@pytest.mark.parametrize("register", ["core_user", "services_person", "finance_allocationrule"])
def test_no_parameter_that_all_lists_take_breaks_one(browser, register):
    client, url = browser("administrator"), reverse(f"admin:{register}_changelist")
    wrong = [failed(client, "GET", f"{url}?{query}") for query in hostile_queries(OF_LISTS)]
    assert not any(wrong), "\n".join(each for each in wrong if each)


def test_no_parameter_of_the_admins_choices_breaks_them(browser):
    client = browser("administrator")
    sound = {"app_label": "services", "model_name": "unitmanager", "field_name": "person", "term": "a", "page": "1"}
    queries = [urlencode({**sound, name: value}) for value in HOSTILE for name in sound]
    wrong = [failed(client, "GET", f"/admin/autocomplete/?{query}") for query in queries]
    assert not any(wrong), "\n".join(each for each in wrong if each)


def test_no_form_of_a_register_breaks(world, browser):
    """Every field at once with some values, beside columns that the form does not offer; then its hidden counts."""
    client, wrong = browser("administrator"), []
    for index, (model, row) in enumerate(rows_of_registers().items()):
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        change = reverse(f"{start}_change", args=[row.pk])
        page = client.get(change)
        if page.status_code != 200:
            continue
        sound = filled(client, change)
        counts = [name for name in sound if "FORMS" in name]
        fields = [name for name in sound if name not in counts and name != "csrfmiddlewaretoken"]
        forms = [{**sound, **dict.fromkeys(fields, value), **EXTRA} for value in some(index)]
        forms += [{**sound, **dict.fromkeys(counts, value)} for value in ("-1", "9" * 9, "abc")] if counts else []
        wrong += [failed(client, "POST", change, form) for form in forms]
        chosen = {"action": "delete_selected", "_selected_action": ["abc", "9" * 40]}
        wrong.append(failed(client, "POST", reverse(f"{start}_changelist"), chosen))
    assert not any(wrong), "\n".join(each for each in wrong if each)


@pytest.mark.parametrize("address", sorted({line.address for line in LINES if "POST" in line.methods}))
def test_no_form_of_the_portal_breaks(world, browser, address):
    if address.startswith("admin:(") or address == "admin:app_list":
        return
    client = browser("line_manager" if address == "goals:check_in" else "controller")
    url = reverse(address, kwargs=world.arguments(address, OWN))
    names = ["occasion", "status", "progress", "confidence", "comment", "blocked_by", "help_needed", "seen", "next"]
    names += ["theme", "username", "login", "password", "code", "page", *EXTRA]
    wrong = [failed(client, "POST", url, dict.fromkeys(names, value)) for value in HOSTILE]
    assert not any(wrong), "\n".join(each for each in wrong if each)


# Mass assignment and forged rows


def test_a_check_in_takes_no_column_that_its_form_lacks(world, browser):
    result, other = world.things[OWN]["result"], world.things["other"]["result"]
    url = reverse("goals:check_in", kwargs={"number": result.number})
    data = {"occasion": "2025T2", "status": "on_plan", "progress": "40", "confidence": "medium", "comment": "Det går."}
    client = browser("line_manager")
    sound = filled(client, reverse("goals:result", kwargs={"number": result.number}))
    forged = {"result": other.pk, "made_by": world.users["controller"].pk, "made_at": "2001-01-01", "id": "1"}
    client.post(url, {**sound, **data, **forged})
    made = result.check_ins.get()
    assert (made.made_by, made.made_at.year > 2001, other.check_ins.count()) == (world.users["line_manager"], True, 0)


def test_an_account_takes_no_column_that_its_form_lacks(world, browser):
    user = world.users["reader"]
    url = reverse("admin:core_user_change", args=[user.pk])
    client = browser("administrator")
    forged = {**EXTRA, "groups": ["1"], "user_permissions": ["1"], "is_staff": "on", "role_grants": ["1"]}
    client.post(url, {**filled(client, url), **forged, "last_name": "Ny", "change_reason": "Gift."})
    after = User.objects.get(pk=user.pk)
    assert (after.last_name, after.is_superuser, after.password) == ("Ny", False, user.password)
    assert after.get_all_permissions() == set()


def test_a_row_below_another_is_not_moved_by_its_number(world, browser):
    """The rows of an account's page can't be changed there, whatever is sent for them."""
    grant = world.users["reader"].role_grants.get()
    url = reverse("admin:core_user_change", args=[world.users["controller"].pk])
    client = browser("administrator")
    rows = {"role_grants-TOTAL_FORMS": "1", "role_grants-INITIAL_FORMS": "1", "role_grants-0-id": grant.pk}
    client.post(url, {**filled(client, url), **rows, "role_grants-0-role": "administrator", "role_grants-0-user": "1"})
    assert RoleGrant.objects.get(pk=grant.pk).role == "reader"


def test_a_refused_request_is_told_without_its_values(world, browser):
    browser("reader").get(f"/finance/imports/?q={quote('hemligt')}")
    entry = AuditEntry.objects.get(event="refused")
    assert "hemligt" not in str(entry.detail)
