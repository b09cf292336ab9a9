"""What a request may slip in: hosts, addresses to be led to, headers, forms from elsewhere, addresses to be fetched."""

import ast
import re
import socket
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from tests.factories.core import PASSWORD, AdminUserFactory, UserFactory
from tests.finance.ledger_files import book, write
from tests.payloads import payloads
from tests.project import hostile
from tests.project.test_architecture import ADDRESSES, SOURCES, short
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db

PATHS = sorted({path for _name, path in ADDRESSES})
UNSAFE = ("post", "put", "patch", "delete")
#: Addresses that are sent to without a token, and why.
WITHOUT_TOKEN = {"/csp-report/": "browsers send reports by themselves; they change nothing but a line in the log"}
#: What others call the address to go on to.
NEXT = (
    "next",
    "redirect",
    "redirect_to",
    "redirect_uri",
    "url",
    "return",
    "return_to",
    "back",
    "goto",
    "continue",
    "to",
)
MARK = "/gallery/?mark=1"


def admin(**options):
    client = Client(raise_request_exception=False, **options)
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    return client


# Forms from elsewhere


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_changed_without_a_token(path):
    client = admin(enforce_csrf_checks=True)
    if path in WITHOUT_TOKEN:
        assert getattr(resolve(path).func, "csrf_exempt", False)
        return
    for method in UNSAFE:
        response = getattr(client, method)(path)
        if method != "post" and response.status_code == 405:
            continue  # Nothing is done that way with a token either.
        assert response.status_code == 403, method
        assert "Formuläret har blivit för gammalt" in response.content.decode()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://evil.example", "null", "http://testserver.evil.example"]
)
def test_a_token_from_another_origin_does_not_count(origin):
    client = admin(enforce_csrf_checks=True)
    token = client.get("/gallery/").context["csrf_token"]
    sent = {"theme": "dark", "csrfmiddlewaretoken": str(token)}
    assert client.post("/theme/", sent).status_code == 302
    assert client.post("/theme/", sent, headers={"origin": origin}).status_code == 403
    assert client.post("/theme/", sent, headers={"referer": f"{origin}/"}, secure=True).status_code == 403


# Addresses to be led to


def leads(response):
    """Where a browser goes, as it reads the header: without control characters, backslashes as slashes."""
    return re.sub(r"[\x00-\x20]", "", response.headers.get("Location", "")).replace("\\", "/")


def send(client, path, method, value):
    fields = dict.fromkeys(NEXT, value)
    data = fields | {"theme": "dark", "username": client.username, "login": client.username, "password": PASSWORD}
    headers = {"referer": value} if value.isprintable() and value.isascii() else {}
    return client.get(path, fields, headers=headers) if method == "get" else client.post(path, data, headers=headers)


class Visitors:
    """Someone who has signed in, and someone who has not: again each time a request has changed that."""

    def __init__(self):
        self.users = {True: AdminUserFactory(role=Role.CONTROLLER), False: UserFactory()}
        self.clients = {}

    def get(self, signed_in):
        client = self.clients.get(signed_in)
        if client is None or ("_auth_user_id" in client.session) is not signed_in:
            client = self.clients[signed_in] = Client(raise_request_exception=False)
            client.username = self.users[signed_in].username
            if signed_in:
                client.force_login(self.users[True])
        return client


#: Registers share their views, so one of them stands for all.
ASKED = [
    path for path in PATHS if not re.match(r"/admin/\w+/\w+/", path) or path.startswith("/admin/services/service/")
]


def ways_on(visitors):
    """Each address and method that leads on to where the request says, found by asking all."""
    return [
        (path, method, signed_in)
        for path in ASKED
        for signed_in in (False, True)
        for method in ("get", "post")
        if leads(send(visitors.get(signed_in), path, method, MARK)).startswith("/gallery/")
    ]


def test_nobody_is_led_to_another_site():
    visitors = Visitors()
    ways = ways_on(visitors)
    assert ("/theme/", "post", True) in ways
    assert ("/sign-in/", "post", False) in ways
    for path, method, signed_in in ways:
        for value in payloads("redirects"):
            response = send(visitors.get(signed_in), path, method, value)
            assert response.status_code < 500, (path, value)
            target = urlsplit(leads(response))
            assert target.scheme in ("", "http", "https"), (path, value)
            assert target.netloc in ("", "testserver"), (path, value)
            assert not leads(response).startswith("//"), (path, value)


# Hosts


@pytest.mark.parametrize("host", payloads("hosts"))
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/plan", "/no-such-page/"])
def test_another_host_is_refused_and_not_repeated(client, path, host):
    response = client.get(path, headers={"host": host})
    assert response.status_code == 400
    assert "evil" not in response.content.decode() + str(response.headers)


def test_no_address_in_a_page_comes_from_a_header():
    headers = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-original-url": "/evil"}
    for path in ("/", "/sign-in/", "/plan", "/admin/"):
        response = admin().get(path, headers=headers)
        assert "evil" not in response.content.decode() + str(response.headers)


# Headers


@pytest.mark.parametrize("value", payloads("headers"))
@pytest.mark.parametrize("path", ["/services/", "/finance/postings/", "/finance/", "/theme/", "/sign-in/", "/plan"])
def test_no_parameter_ends_a_header(path, value):
    client = admin()
    fields = dict.fromkeys(("q", "format", "page", "sort", "theme", *NEXT), value)
    for response in (client.get(path, fields), client.post(path, fields)):
        assert response.status_code < 500
        assert "vpx" not in response.cookies
        assert not any(re.search(r"[\r\n]", f"{name}{text}") for name, text in response.headers.items())
        assert "<script>window.vpx" not in response.content.decode()


# Addresses to be fetched

#: Modules that speak to other machines, and what of ours may use them.
NETWORK = {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "socket", "ftplib", "smtplib", "telnetlib"}
NETWORK |= {"xmlrpc", "urllib3", "imaplib", "poplib", "nntplib", "asyncio"}


#: Modules of ours that name them, and why.
NAMED = {
    "vp_portal/core/signin/adapters.py": "what goes wrong when mail is sent",
    "vp_portal/core/signin/factor_views.py": "what goes wrong when the identity provider is asked to confirm who it is",
    "vp_portal/core/signin/views.py": "what goes wrong when the identity provider, a setting, is asked",
}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def test_nothing_of_ours_fetches_an_address():
    """But a trial on this machine, which asks its own server whether it is up."""
    users = {short(path) for path in SOURCES if any(name in NETWORK for name in imported(path))}
    assert {path for path in users if not path.startswith("vp_portal/trial/")} <= set(NAMED)


@pytest.fixture
def _no_network(monkeypatch):
    def refuse(*args):
        raise AssertionError(f"an address was looked up: {args}")

    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


COLUMNS = "Period;Konto;Konto(T);Kst;Kst-namn;Projekt;Projektnamn;Vertyp;Vernr;Datum;Levnr;Leverantör;Text;Belopp"


def rows(attacks):
    """A row for each attack, which stands in every column that may hold it."""
    for number, attack in enumerate(attacks):
        text = re.sub(r'[\x00-\x1f";]', "", attack)
        names = [text[:150]] * 3
        codes = ["202503", f"50{number:03}", names[0], f"1{number:03}", names[1], f"P{number}", names[2]]
        yield ";".join([*codes, text[:30], text[:50], "2025-03-14", text[:50], text[:150], text[:400], f"{number},00"])


@pytest.mark.usefixtures("_no_network", "today")
def test_a_ledger_file_full_of_attacks_is_shown_as_text_and_makes_nothing_fetched(tmp_path):
    attacks = [*payloads("xss"), *payloads("formulas"), *payloads("addresses"), *payloads("templates")]
    result = book(write(tmp_path, *rows(attacks), header=COLUMNS, name='x"><svg onload=a()>.csv'))
    assert result.status == "booked", result
    shown = 0
    for url, response in hostile.pages(admin(), ["/finance/", "/finance/postings/", "/finance/imports/"], most=1):
        assert response.status_code < 500, url
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert hostile.read(response).found == [], url
            shown += "vpx" in response.content.decode()
    assert shown > 5
