"""`benchmark import`: a ledger file, from the file to dashboards that are ready, against what plain loading costs."""

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from finance.actions import allocation, undo
from finance.actions.imports import WhenBooked, book_file
from finance.models import ImportBatch, ImportSource
from tests.benchmarks import database, floors, ledger, other_files
from tests.benchmarks.booked import Booked, book
from tests.benchmarks.pages import Visitor
from tests.benchmarks.report import Measure, Options, Report, machine
from tests.benchmarks.row_by_row import rows_per_second

BAD = 2000
FIRST_ROWS = 5000
MORE = 10


class Run:
    """One benchmark on its way. Files live in `folder`, rows in the throwaway database at `url`."""

    def __init__(self, options: Options, folder: Path, url: str) -> None:
        self.options, self.folder, self.url = options, folder, url
        self.report = Report(machine())
        self.raw, self.raw_before = folder / "raw.csv", folder / "before.csv"

    def all(self) -> Report:
        source = ledger.make_codes()
        plain, bare = self.floors(source)
        booked = self.main(plain, bare)
        self.row_by_row(booked)
        self.afterwards(booked)
        self.others()
        if self.options.large:
            self.large(booked)
        return self.report

    def add(self, group: str, *measures: Measure) -> None:
        self.report.add(group, *measures)
        for measure in measures:
            self.options.say(f"{measure.name}: {measure.value:.3f} {measure.unit}")

    def floors(self, source: ImportSource) -> tuple[float, float]:
        """Seconds for the plain table and for the bare one."""
        self.options.say("Skriver filerna …")
        batch = _ended_batch(source)
        clean, line_of = self.folder / "clean.csv", floors.cleaner(batch)
        with clean.open("w") as tidy, self.raw.open("w", encoding="cp1252", newline="") as wild:
            wild.write(ledger.HEADER + "\r\n")
            for line, row in enumerate(ledger.rows(self.options.rows), start=2):
                tidy.write(line_of(line, row))
                wild.write(ledger.raw_line(row))
        floors.make_tables()
        bare = floors.copy_seconds(floors.BARE, clean)
        plain = floors.copy_seconds(floors.PLAIN, clean)
        clean.unlink()
        floors.empty_tables()
        self.add(
            "Golv",
            Measure("`\\copy` till tabellen som en vanlig Django-modell ger (sju index, fyra nycklar)", plain),
            Measure("`\\copy` till en bar tabell", bare),
        )
        return plain, bare

    def main(self, plain: float, bare: float) -> Booked:
        preview = book(self.url, self.raw, "--dry-run", expected="dry_run")
        booked = book(self.url, self.raw)
        bad = self.folder / "bad.csv"
        ledger.write_raw(bad, self.options.rows, bad=min(BAD, self.options.rows // 10), year=2025)
        refused = book(self.url, bad, expected="refused")
        bad.unlink()
        self.add(
            "Bokföring",
            Measure("fil till färdiga summor", booked.seconds),
            Measure("… mot Djangos tabell", booked.seconds / plain, "×", most=0.6),
            Measure("… mot den bara tabellen", booked.seconds / bare, "×", most=6),
            Measure("förhandsvisning", preview.seconds),
            Measure("… mot Djangos tabell", preview.seconds / plain, "×", most=0.35),
            Measure(f"fil med {refused.result['error_count']} felaktiga rader", refused.seconds),
            Measure("… mot Djangos tabell", refused.seconds / plain, "×", most=0.3),
            Measure("minne i Pythonprocessen som mest", booked.peak_mib, "MiB", most=150),
        )
        return booked

    def row_by_row(self, booked: Booked) -> None:
        slow = rows_per_second(self.raw, FIRST_ROWS)
        fast = booked.result["booked"] / booked.seconds
        self.add(
            "Mot django-import-export",
            Measure(f"django-import-export, de första {FIRST_ROWS} raderna", slow, "rader/s"),
            Measure("portalen, hela filen", fast, "rader/s"),
            Measure("portalen mot django-import-export", fast / slow, "×", least=300),
        )

    def afterwards(self, booked: Booked) -> None:
        """Another year of as many rows, read by somebody meanwhile; then the first year replaced, and taken out."""
        ledger.write_raw(self.raw_before, self.options.rows, year=2023)
        with Visitor() as visitor:
            book(self.url, self.raw_before)
        self.add("Under tiden", *visitor.measures())
        with self.raw.open("a", encoding="cp1252", newline="") as file:
            file.write(ledger.raw_line(next(ledger.rows(1))))
        with _timed() as switch:
            result = book_file(self.raw, when_booked=WhenBooked.REPLACE, at=timezone.now())
        assert result.replaced == [booked.result["batch"]], result
        started = time.perf_counter()
        undo.undo(ImportBatch.objects.get(pk=result.batch), by=None, at=timezone.now())
        undone = time.perf_counter() - started
        size = ImportBatch.objects.in_force().get().row_count
        self.add(
            f"Efteråt, med {size} rader kvar",
            Measure("ersätta en period: det som läggs till bokföringen av den nya filen", sum(switch), most=1),
            Measure("ångra en import", undone, most=1),
        )

    def others(self) -> None:
        for name, path in other_files.files(self.folder):
            done = book(self.url, path, "--create-codes", "--add")
            rows = done.result["booked"]
            self.add(
                "Andra filer",
                Measure(f"{name}: {rows} rader", done.seconds),
                Measure("… i sekunden", rows / done.seconds, "rader/s"),
            )

    def large(self, booked: Booked) -> None:
        self.raw.unlink()
        self.raw_before.unlink()
        large = self.folder / "large.csv"
        ledger.write_raw(large, MORE * self.options.rows, year=2022)
        done = book(self.url, large)
        self.add(
            "Tio gånger så många rader",
            Measure("fil till färdiga summor", done.seconds),
            Measure("… mot en tiondel av raderna", done.seconds / booked.seconds, "×", most=11),
            Measure("minne i Pythonprocessen som mest", done.peak_mib, "MiB", most=150),
            Measure("… utöver vad en tiondel av raderna tog", done.peak_mib - booked.peak_mib, "MiB", most=10),
        )


def _ended_batch(source: ImportSource) -> ImportBatch:
    now = timezone.now()
    return ImportBatch.objects.create(
        source=source,
        file_name="golv",
        file_size=0,
        sha256="0" * 64,
        file_format="csv",
        encoding="UTF-8",
        row_count=0,
        total=0,
        booked_at=now,
        ended_at=now + dt.timedelta(seconds=1),
    )


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Seconds spent in what a replacement does beside booking."""
    spent: list[float] = []
    parts = [(undo, "end"), (undo, "move_out"), (allocation, "withdraw")]
    originals = [getattr(module, name) for module, name in parts]

    def timed(function):
        def call(*args, **kwargs):
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent.append(time.perf_counter() - started)

        return call

    for (module, name), function in zip(parts, originals, strict=True):
        setattr(module, name, timed(function))
    try:
        yield spent
    finally:
        for (module, name), function in zip(parts, originals, strict=True):
            setattr(module, name, function)


def run(options: Options) -> Report:
    with (
        database.throwaway() as url,
        tempfile.TemporaryDirectory(prefix="vp-benchmark-") as folder,
        database.media_in(Path(folder)),
    ):
        return Run(options, Path(folder), url).all()
