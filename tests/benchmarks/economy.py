"""`benchmark economy`: what dashboards, rows, allocation and a changed rule take of the database, on one and on ten
million postings with the same code combinations."""

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.utils import timezone

from finance.actions import allocation
from finance.actions.rule_effect import effect
from finance.models import AllocationLine, AllocationRule, CostRollup, LedgerCell
from tests.benchmarks import database, economy_pages, economy_world
from tests.benchmarks.booked import book
from tests.benchmarks.economy_floors import AGGREGATES, covering_index, milliseconds
from tests.benchmarks.economy_pages import Taken
from tests.benchmarks.economy_world import World
from tests.benchmarks.report import Measure, Options, Report, machine

MORE, ROUNDS, CHANGED = 10, 11, 5
#: Of what takes seconds, the median: a machine that is shared has its moments.
TIMES = 3
#: Milliseconds of the database's time; seconds of everything's.
PAGE, ROWS_PAGE, EFFECT = 20, 50, 0.5


@dataclass
class Figures:
    """What one size took. Aggregates in milliseconds, the rest in seconds."""

    booked: float = 0
    pages: dict[str, Taken] = field(default_factory=dict)
    rows: dict[str, Taken] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)
    postings: dict[str, float] = field(default_factory=dict)
    effect: float = 0
    again: float = 0
    cells: int = 0
    lines: int = 0
    sums: int = 0


def run(options: Options) -> Report:
    report = Report(machine())
    with tempfile.TemporaryDirectory(prefix="vp-benchmark-") as name, database.media_in(Path(name)):
        folder = Path(name)
        combinations = min(economy_world.COMBINATIONS, options.rows // economy_world.YEARS // 12 // 4)
        reference = _import_seconds(folder, options, combinations)
        report.add("Golv", Measure(f"import av {options.rows} rader, ett år, {economy_world.RULES} regler", reference))
        small = _figures(options.rows, folder, options, combinations)
        _add(report, options.rows, small, reference)
        if options.large:
            large = _figures(MORE * options.rows, folder, options, combinations)
            _add(report, MORE * options.rows, large, reference, is_large=True)
            _compare(report, small, large)
    return report


def _import_seconds(folder: Path, options: Options, combinations: int) -> float:
    """Booking a file of a year into an empty ledger."""
    path = folder / "reference.csv"
    economy_world.write_year(path, options.rows, economy_world.years()[-1], combinations)
    times = []
    for number in range(1, TIMES + 1):
        options.say(f"Importen att jämföra med, {number} av {TIMES} …")
        with database.throwaway() as url:
            economy_world.make()
            times.append(book(url, path).seconds)
    path.unlink()
    return statistics.median(times)


def _figures(rows: int, folder: Path, options: Options, combinations: int) -> Figures:
    with database.throwaway() as url:
        world = economy_world.make()
        found = Figures()
        for year in world.years:
            options.say(f"{rows} rader: {year} …")
            path = folder / f"{year}.csv"
            economy_world.write_year(path, rows // len(world.years), year, combinations)
            found.booked += book(url, path).seconds
            path.unlink()
        _settle()
        measure(world, found, options.say)
    return found


def _settle() -> None:
    """What the server's own autovacuum has done some minutes after a booking."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def measure(world: World, found: Figures, say: Callable[[str], None]) -> None:
    """Everything that is measured on a ledger that is booked."""
    found.cells, found.lines = LedgerCell.objects.count(), AllocationLine.objects.count()
    found.sums = CostRollup.objects.count()
    say("Sidor …")
    found.pages = economy_pages.database_times(economy_pages.pages(world), ROUNDS)
    found.rows = economy_pages.database_times(economy_pages.rows_pages(world), ROUNDS)
    say("Summor direkt ur konteringarna …")
    with covering_index():
        for name, (of_totals, of_postings) in AGGREGATES.items():
            found.totals[name] = milliseconds(of_totals, world, ROUNDS)
            found.postings[name] = milliseconds(of_postings, world, 3)
    say("Regler …")
    found.effect = max(_effect_seconds(rule) for rule in _some_rules())
    AllocationRule.objects.filter(is_active=False).update(is_active=True)
    found.again = statistics.median(_again_seconds() for _time in range(TIMES))


def _again_seconds() -> float:
    _settle()
    started = time.perf_counter()
    allocation.run(by=None, at=timezone.now())
    return time.perf_counter() - started


def _some_rules() -> list[AllocationRule]:
    """Of all kinds; those that wait come first."""
    rules = list(AllocationRule.objects.order_by("priority"))
    return rules[:: len(rules) // CHANGED]


def _effect_seconds(rule: AllocationRule) -> float:
    times = []
    for _round in range(3):
        started = time.perf_counter()
        effect(rule, everything=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _add(report: Report, rows: int, found: Figures, reference: float, *, is_large: bool = False) -> None:
    size = f"{rows:,}".replace(",", " ")
    report.add(
        f"{size} konteringar",
        Measure("import av fem år, sammanlagt", found.booked),
        Measure("celler", found.cells, "st"),
        Measure("fördelade poster", found.lines, "st"),
        Measure("summor", found.sums, "st"),
    )
    _add_times(report, f"Sidor, {size} konteringar", found.pages, PAGE)
    _add_times(report, f"Raderna bakom en cell, första sidan, {size} konteringar", found.rows, ROWS_PAGE)
    for name, took in found.totals.items():
        times = found.postings[name] / took
        report.add(
            f"Summor mot indexerade konteringar, {size} konteringar",
            Measure(f"{name}: ur konteringarna", found.postings[name], "ms"),
            Measure("… ur totalsummorna", took, "ms"),
            Measure("… gånger snabbare", times, "×", least=100 if is_large else None),
        )
    report.add(
        f"Regler, {size} konteringar",
        Measure("en ändrad regel visar sin effekt, den långsammaste av fem", found.effect, most=EFFECT),
        Measure("hela historiken under 500 regler", found.again),
        Measure("… mot importen", found.again / reference, "×", most=0.5),
    )


def _add_times(report: Report, group: str, pages: dict[str, Taken], most: float) -> None:
    """The limit is for the server's time; what the portal waits is more, and stands beside."""
    report.add(f"{group}: serverns tid", *(Measure(name, one.server, "ms", most=most) for name, one in pages.items()))
    report.add(
        f"{group}: portalens väntan",
        *(Measure(f"{name}, {one.queries} frågor", one.wait, "ms") for name, one in pages.items()),
    )


def _compare(report: Report, small: Figures, large: Figures) -> None:
    pages = sum(one.server for one in large.pages.values()) / sum(one.server for one in small.pages.values())
    report.add(
        "Tio gånger så många konteringar",
        Measure("alla sidor tillsammans mot en tiondel", pages, "×", most=1.2),
        *(
            Measure(f"{name} mot en tiondel", one.server / small.pages[name].server, "×", most=1.2)
            for name, one in large.pages.items()
        ),
        Measure("hela historiken mot en tiondel", large.again / small.again, "×", most=1.2),
    )
