"""Booking in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Booked:
    """What the process said: the result of `import_postings --json`, and what it took."""

    result: dict[str, Any]
    seconds: float
    peak_kib: int

    @property
    def peak_mib(self) -> float:
        return self.peak_kib / 1024


def book(url: str, path: Path, *options: str, expected: str = "booked") -> Booked:
    """Runs `import_postings` with the options on the file. Start-up of Python is not in the time."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "BENCHMARK_MEDIA": str(settings.MEDIA_ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.child", str(path), *options],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    booked = Booked(**json.loads(done.stdout.splitlines()[-1]))
    if booked.result["status"] != expected:
        raise RuntimeError(f"{path.name}: {booked.result}")
    return booked
