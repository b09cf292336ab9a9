"""`benchmark import`: a ledger file, from the file to dashboards that are ready, against what plain loading costs."""

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from finance.actions.undo import undo
from finance.models import ImportBatch, ImportSource
from tests.benchmarks import database, floors, ledger
from tests.benchmarks.report import Measure, Options, Report, machine


@dataclass(frozen=True)
class Booked:
    """What the child process said."""

    result: dict[str, Any]
    seconds: float
    before_kib: int
    peak_kib: int


def book(url: str, path: Path, *options: str) -> Booked:
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.child", str(path), *options],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    return Booked(**json.loads(done.stdout.splitlines()[-1]))


class Run:
    """One benchmark on its way. Files live in `folder`, rows in the throwaway database at `url`."""

    def __init__(self, options: Options, folder: Path, url: str) -> None:
        self.options, self.folder, self.url = options, folder, url
        self.report = Report(machine())
        self.title = f"{options.rows:,} rader".replace(",", " ")

    def all(self) -> Report:
        source = ledger.make_codes()
        plain, bare = self.floors(source)
        self.main(plain, bare)
        return self.report

    def add(self, *measures: Measure) -> None:
        self.report.add(self.title, *measures)
        for measure in measures:
            self.options.say(f"{measure.name}: {measure.value:.3f} {measure.unit}")

    def floors(self, source: ImportSource) -> tuple[float, float]:
        """Seconds for the plain table and for the bare one."""
        self.options.say("Skriver filerna …")
        batch = ImportBatch.objects.create(
            source=source, file_name="golv", file_size=0, sha256="0" * 64, file_format="csv", encoding="UTF-8",
            row_count=0, total=0, booked_at=timezone.now(), ended_at=timezone.now() + dt.timedelta(seconds=1),
        )  # fmt: skip
        clean, raw = self.folder / "clean.csv", self.folder / "raw.csv"
        line_of = floors.cleaner(batch)
        with clean.open("w") as tidy, raw.open("w", encoding="cp1252", newline="") as wild:
            wild.write(ledger.HEADER + "\r\n")
            for line, row in enumerate(ledger.rows(self.options.rows), start=2):
                tidy.write(line_of(line, row))
                wild.write(ledger.raw_line(row))
        floors.make_tables()
        bare = floors.copy_seconds(floors.BARE, clean)
        plain = floors.copy_seconds(floors.PLAIN, clean)
        clean.unlink()
        self.add(
            Measure("\\copy till en tabell som Django gör den (sju index, fyra nycklar)", plain),
            Measure("\\copy till en bar tabell", bare),
        )
        return plain, bare

    def main(self, plain: float, bare: float) -> None:
        raw = self.folder / "raw.csv"
        preview = book(self.url, raw, "--dry-run")
        assert preview.result["status"] == "dry_run", preview.result
        booked = book(self.url, raw)
        assert booked.result["booked"] == self.options.rows, booked.result
        self.add(
            Measure("bokföring, fil till färdiga summor", booked.seconds),
            Measure("bokföring / tabellen som Django gör den", booked.seconds / plain, "×", most=0.6),
            Measure("bokföring / bar tabell", booked.seconds / bare, "×", most=6),
            Measure("förhandsvisning", preview.seconds),
            Measure("förhandsvisning / tabellen som Django gör den", preview.seconds / plain, "×", most=0.35),
            Measure("minne i processen", booked.peak_kib / 1024, "MiB", most=150),
        )
        bad = self.folder / "bad.csv"
        ledger.write_raw(bad, self.options.rows, bad=min(2000, self.options.rows // 10))
        refused = book(self.url, bad)
        assert refused.result["status"] == "refused", refused.result
        self.add(
            Measure(f"fil med {refused.result['error_count']} felaktiga rader", refused.seconds),
            Measure("felaktig fil / tabellen som Django gör den", refused.seconds / plain, "×", most=0.3),
        )
        started = time.perf_counter()
        undo(ImportBatch.objects.get(pk=booked.result["batch"]), by=None, at=timezone.now())
        self.add(Measure("ångra", time.perf_counter() - started, most=1))


def run(options: Options) -> Report:
    with database.throwaway() as url, tempfile.TemporaryDirectory(prefix="vp-benchmark-") as folder:
        return Run(options, Path(folder), url).all()
