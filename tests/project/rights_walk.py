"""Thousands of questions to the portal: one world for them all, and no more work for an answer than is read of it."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.contrib import auth
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client, override_settings
from django.test.client import ClientHandler

from tests.conftest import TODAY
from tests.project.rights_world import MONEY, NAME, World

#: What is drawn anew for each answer: a token, or a request's number, where any four digits may stand.
DRAWN = re.compile(
    r'csrfmiddlewaretoken" value="[^"]*|name="request-id" content="[^"]*|(?:Ärende-id <code>|begäran )[0-9a-f-]{16,}'
)
TAGS = re.compile(r"<(svg|script)\b.*?</\1>|<[^>]*>", re.DOTALL)
BLANKS = re.compile(r"[\s\u00a0\u202f]+")


class Pages:
    """Whether pages are drawn. Whether one opens is settled before it is."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.are_drawn = True
        draw = Template.render
        patch.setattr(Template, "render", lambda *given, **more: draw(*given, **more) if self.are_drawn else "")

    @contextmanager
    def undrawn(self) -> Iterator[None]:
        self.are_drawn = False
        try:
            yield
        finally:
            self.are_drawn = True


class Walk:
    """The world, who asks in it, and what they are answered. Nothing stays of a question but a GET's own traces."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.world, self.pages, self.known = World(), Pages(patch), {}
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self._load = auth.get_user
        patch.setattr(auth, "get_user", self._user_of)

    def _user_of(self, request: Any) -> Any:
        """Loads each of those who ask once: nothing about them changes while they do."""
        key = request.session.get(auth.SESSION_KEY)
        if key is None or key not in self.known:
            self.known[key] = self._load(request)
        return self.known[key]

    def visitor(self, asker: str) -> "Visitor":
        return Visitor(self, asker)


class Visitor:
    def __init__(self, walk: Walk, asker: str) -> None:
        self.walk, self.asker, self.client, self.answers = walk, asker, Client(), {}
        if asker != "anonymous":
            self.client.force_login(walk.world.users[asker])

    def ask(self, method: str, url: str, *, drawn: bool = True) -> Any:
        """The answer. The same page is asked for once; what a test client would note about an answer is left out."""
        if method != "GET":
            with transaction.atomic():
                response = self._answer(method, url, drawn)
                transaction.set_rollback(True)
            return response
        if (url, drawn) not in self.answers:
            self.answers[url, drawn] = self._answer(method, url, drawn)
        return self.answers[url, drawn]

    def _answer(self, method: str, url: str, drawn: bool) -> Any:
        parts = urlsplit(url)
        asked = {"PATH_INFO": unquote(parts.path), "REQUEST_METHOD": method, "QUERY_STRING": parts.query}
        environ = self.client._base_environ(**asked)
        with nullcontext() if drawn else self.walk.pages.undrawn():
            return self.walk.handler(environ)


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Walk]:
    """Made once for a module, in a transaction that every test's own is a part of."""
    rules = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DEBUG_PROPAGATE_EXCEPTIONS=True,
        MEDIA_ROOT=tmp_path_factory.getbasetemp() / "files",
        UPLOAD_FOLDER=tmp_path_factory.getbasetemp() / "files" / "uploads",
        FILES_PER_MINUTE=100_000,  # The table has more files than anybody takes in a minute.
    )
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, rules, transaction.atomic():
        patch.setattr("vp_portal.core.access.today", lambda: TODAY)
        yield Walk(patch)
        transaction.set_rollback(True)


def squeezed(response: Any) -> tuple[str, str]:
    """The answer and what one reads of it, without blanks and what is drawn anew for each answer."""
    if "spreadsheetml" in response.headers.get("Content-Type", ""):
        return "", ""
    body = DRAWN.sub("", response.content.decode())
    return BLANKS.sub("", html.unescape(body)), BLANKS.sub("", html.unescape(TAGS.sub(" ", body)))


def holds(response: Any, whose: str, *, money: bool) -> bool:
    """Whether the answer has a byte of the money, or of the names, of one of the two."""
    body, text = squeezed(response)
    if money:
        exact, thousands = MONEY[whose]
        return exact in body or thousands in text
    return NAME[whose] in body
