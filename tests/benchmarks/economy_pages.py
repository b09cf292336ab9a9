"""Which pages `benchmark economy` opens, for whom, and how much of the database's time they take."""

import contextlib
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from tests.benchmarks.economy_world import World

#: The name of a page → who opens it, and its address.
Pages = dict[str, tuple[Any, str]]


#: Pages that not every branch of the portal has.
_MORE = {"finansiering": "finance:funding", "flödet": "finance:flow", "kostnad per mottagare": "finance:showback"}


def pages(world: World) -> Pages:
    found = _pages(world)
    for name, view in _MORE.items():
        with contextlib.suppress(NoReverseMatch):
            found[f"{name}, controller"] = (world.controller, reverse(view))
    return found


def _pages(world: World) -> Pages:
    return {
        "ekonomi, controller": (world.controller, "/finance/"),
        "ekonomi per kostnadsställe, controller": (world.controller, "/finance/?by=cost_centre"),
        "ekonomi per kostnadsbärare, controller": (world.controller, "/finance/?by=cost_object"),
        "ekonomi per ägare, controller": (world.controller, "/finance/?by=owner"),
        "ekonomi, ett kostnadsställe, controller": (world.controller, f"/finance/?cost_centre={world.centre}"),
        "ekonomi, en kostnadsbärare, controller": (world.controller, f"/finance/?cost_object={world.cost_object}"),
        "ekonomi, en enhet, controller": (world.controller, f"/finance/?unit={world.unit}"),
        "ekonomi, ledning": (world.management, "/finance/"),
        "ekonomi, chef": (world.manager, "/finance/"),
        "ekonomi mot budget, controller": (world.controller, "/finance/?compare=budget"),
        "ekonomi mot budget, chef": (world.manager, "/finance/?compare=budget"),
        "översikt, chef": (world.manager, "/"),
        "översikt, controller": (world.controller, "/"),
        "översikt, ledning": (world.management, "/"),
        "kostnadsbärare, controller": (world.controller, f"/services/{world.cost_object}/"),
        "kostnadsbärare, chef": (world.manager, f"/services/{world.cost_object}/"),
        "enhet, controller": (world.controller, f"/services/units/{world.unit}/"),
        "enhet, chef": (world.manager, f"/services/units/{world.unit}/"),
        "ofördelat, controller": (world.controller, "/finance/unallocated/"),
        "ofördelat, chef": (world.manager, "/finance/unallocated/"),
        "avvikelser, controller": (world.controller, "/finance/variances/"),
    }


def rows_pages(world: World) -> Pages:
    """Behind figures of the pages: of a month and of a year, of a cost centre, an account group and a cost object."""
    last = world.years[-1]

    def rows(first: int, end: int, **chosen: str) -> str:
        asked = {"from": last * 100 + first, "to": last * 100 + end, "kind": "cost", **chosen}
        return f"/finance/postings/?{urlencode(asked)}"

    cell = {"cost_centre": world.centre, "group": world.group}
    return {
        "en månad, kostnadsställe och kontogrupp, controller": (world.controller, rows(12, 12, **cell)),
        "en månad, kostnadsställe och kontogrupp, chef": (world.manager, rows(12, 12, **cell)),
        "en månad, kostnadsbärare, controller": (world.controller, rows(12, 12, cost_object=world.cost_object)),
        "en månad, kostnadsbärare, chef": (world.manager, rows(12, 12, cost_object=world.cost_object)),
        "ett år, kostnadsställe, controller": (world.controller, rows(1, 12, cost_centre=world.centre)),
        "ett år, kostnadsställe, chef": (world.manager, rows(1, 12, cost_centre=world.centre)),
        "ett år, kostnadsbärare, controller": (world.controller, rows(1, 12, cost_object=world.cost_object)),
        "ett år, kostnadsbärare, chef": (world.manager, rows(1, 12, cost_object=world.cost_object)),
        "ett år, kontogrupp, controller": (world.controller, rows(1, 12, group=world.group)),
        "ett år, enheten, chef": (world.manager, rows(1, 12, unit=world.unit)),
        "ett år, ofördelat, controller": (world.controller, rows(1, 12, cost_object="-")),
        "ett år, allt, controller": (world.controller, rows(1, 12)),
    }


@dataclass(frozen=True)
class Taken:
    """What a page took of the database: `server` is the time that the server was at work by its own clock, planning
    and sending included, `wait` what the portal waited for it, both in milliseconds, for so many `queries`."""

    server: float
    wait: float
    queries: int


class _Stopwatch:
    """Adds up what the server is waited for."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            self.seconds += time.perf_counter() - started
            self.queries += 1


def _active() -> float:
    """Milliseconds that this database's sessions have been at work, by the server. Two statements of its own, which
    count in what comes next."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT active_time FROM pg_stat_database WHERE datname = current_database()")
        return float(cursor.fetchone()[0])


def database_times(wanted: Pages, rounds: int) -> dict[str, Taken]:
    """What each page's queries take together, all of them; the medians of the rounds after one."""
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES={**settings.STORAGES, **static}, SECURE_SSL_REDIRECT=False):
        return {name: _median(_times(*page, rounds)[1:]) for name, page in wanted.items()}


def _median(times: list[Taken]) -> Taken:
    return Taken(
        statistics.median(one.server for one in times), statistics.median(one.wait for one in times), times[-1].queries
    )


def _times(user: Any, url: str, rounds: int) -> list[Taken]:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    times = []
    for _round in range(rounds + 1):
        watch, before = _Stopwatch(), _active()
        with connection.execute_wrapper(watch):
            response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url}: {response.status_code}")
        times.append(Taken(_active() - before, 1000 * watch.seconds, watch.queries))
    return times
