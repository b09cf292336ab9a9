"""Pages as they were: `?as_of=2025-05-01` shows what the portal knew at the end of that day, and changes nothing."""

import datetime as dt
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from vp_portal.core import access, formatting
from vp_portal.core.as_known import SOURCES, first_days, known_on

PARAMETER = "as_of"
#: No plan is older (`goals_plan_years_in_order`).
EARLIEST = dt.date(2000, 1, 1)
#: Parameters that another day has no use for, and how many others are kept when a day is chosen.
_OF_THE_MOMENT = frozenset({PARAMETER, "page", "format", "occasion"})
_MOST_KEPT = 40

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: What a page leads to on its own site. The way back to today is marked, and left as it is.
_LINK = re.compile(r'(?<!data-today )\b(href|hx-get)="((?:/(?!/)|\?)[^"#]*)')
_FORM = re.compile(r'<form(?! data-today)\b[^>]*\bmethod="get"[^>]*>')
_ACTION = re.compile(r'\baction="([^"#]*)')


@dataclass(frozen=True)
class Looking:
    """The day that a page is of. `problem`: why it is another than the one asked for. `kept` are the rest of the
    address. `missing`: what nothing was known of then, each with the first day that something was."""

    day: dt.date
    today: dt.date
    problem: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, dt.date | None], ...] = ()

    @property
    def is_back(self) -> bool:
        return self.day < self.today

    @property
    def today_url(self) -> str:
        return f"?{urlencode(self.kept)}"

    @property
    def earliest(self) -> dt.date:
        return EARLIEST

    @property
    def latest(self) -> dt.date:
        """The last day that is over."""
        return self.today - dt.timedelta(days=1)


def asked(query: QueryDict, today: dt.date) -> Looking:
    """What an address asks for. What can't be followed is today, with the reason."""
    kept = [(name, value) for name, values in query.lists() if name not in _OF_THE_MOMENT for value in values]
    days = {text.strip() for text in query.getlist(PARAMETER)} - {""}
    day, problem = today, ""
    if len(days) > 1:
        problem = _("Adressen har flera dagar att se tillbaka till. Här visas i dag.")
    elif days:
        day, problem = _day(days.pop(), today)
    return Looking(day, today, problem, tuple(kept[:_MOST_KEPT]))


def _day(text: str, today: dt.date) -> tuple[dt.date, str]:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today, _("Dagen att se tillbaka till gick inte att förstå. Skriv den som 2025-05-01. Här visas i dag.")
    if day > today:
        return today, _("%(day)s har inte varit än. Här visas i dag.") % {"day": formatting.iso_date(day)}
    if day < EARLIEST:
        first = formatting.iso_date(EARLIEST)
        return today, _("Portalen ser inte längre tillbaka än till %(first)s. Här visas i dag.") % {"first": first}
    return day, ""


def day_of(request: HttpRequest) -> dt.date:
    """The day that a page is of: the one asked for, or today."""
    looking: Looking | None = getattr(request, "looking", None)
    return looking.day if looking else access.today()


def is_back(request: HttpRequest) -> bool:
    looking: Looking | None = getattr(request, "looking", None)
    return looking is not None and looking.is_back


def as_of(request: HttpRequest) -> dt.date | None:
    """The day that a file is of, for its name and its last line; None for today."""
    return day_of(request) if is_back(request) else None


def can_look_back(*names: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a page that is read: shows it as it was, where a day is asked for. `names` are the sources that it shows.

    Inside, `day_of(request)` is the day. The reader keeps the rights of today and may change nothing.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            looking = asked(request.GET, access.today())
            if not looking.is_back:
                request.looking = looking  # type: ignore[attr-defined]  # for the page's head
                return view(request, *args, **kwargs)
            firsts = first_days(names)
            missing = tuple(
                (str(SOURCES[name].label), first)
                for name, first in firsts.items()
                if first is None or first > looking.day
            )
            request.looking = Looking(  # type: ignore[attr-defined]  # as above
                looking.day, looking.today, kept=looking.kept, missing=missing
            )
            access.look_back(request.user, looking.today)
            with known_on(looking.day, names):
                response = view(request, *args, **kwargs)
            return _keep_the_day(response, looking.day)

        shown.looks_back = True  # type: ignore[attr-defined]  # where links ask for it
        return shown

    return decorate


def _keep_the_day(response: HttpResponse, day: dt.date) -> HttpResponse:
    """The page's own links and forms lead to the same day, where they lead to a page that has one."""
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        response.content = kept_in(response.content.decode(response.charset), day)
    return response


def kept_in(page: str, day: dt.date) -> str:
    able: dict[str, bool] = {"": True}

    def leads_back(address: str) -> bool:
        path = html.unescape(address).partition("?")[0]
        if path not in able:
            able[path] = _looks_back(path)
        return able[path]

    def link(found: re.Match[str]) -> str:
        address = found[2]
        if f"{PARAMETER}=" in address or not leads_back(address):
            return found[0]
        mark = "" if address.endswith("?") else "&amp;" if "?" in address else "?"
        return f"{found[0]}{mark}{PARAMETER}={day}"

    def form(found: re.Match[str]) -> str:
        action = _ACTION.search(found[0])
        if action and not leads_back(action[1]):
            return found[0]
        return f'{found[0]}<input type="hidden" name="{PARAMETER}" value="{day}">'

    return _FORM.sub(form, _LINK.sub(link, page))


def _looks_back(path: str) -> bool:
    try:
        return hasattr(resolve(path).func, "looks_back")
    except Resolver404:
        return False
