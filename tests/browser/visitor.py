"""Speaks http to a server in production as a proxy with https in front would, keeping cookies."""

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

HOST = "vp.example.org"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # Names in lower case.
    cookies: tuple[str, ...]
    body: str


@dataclass
class Visitor:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        scheme: str = "https",
        data: dict[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"Host": HOST, "X-Forwarded-Proto": scheme, "Referer": f"https://{HOST}/"} | headers
        given |= {"Cookie": kept} if kept else {}
        given |= {"Content-Type": "application/x-www-form-urlencoded"} if data else {}
        connection.request(method, path, urlencode(data) if data else None, given)
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
        connection.close()
        cookies = tuple(response.headers.get_all("Set-Cookie", []))
        for text in cookies:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(text).items()}
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, cookies, body)

    def fill(self, path: str, page: str = "", **values: str) -> Answer:
        """Sends the form of a page, which is asked for unless it is at hand."""
        token = (page or self.ask(path).body).partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return self.ask(path, method="POST", data={**values, "csrfmiddlewaretoken": token})

    def sign_in(self, username: str, password: str) -> Answer:
        """Fills the form of the sign-in page, whatever its fields are called."""
        page = self.ask("/sign-in/").body
        form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'type="password"' in each)
        values: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*>", form):
            known = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            kind = known.get("type", "text")
            value = {"password": password, "text": username}.get(kind, unescape(known.get("value", "")))
            if "name" in known and kind != "checkbox":
                values[known["name"]] = value
        return self.ask("/sign-in/", method="POST", data=values)
