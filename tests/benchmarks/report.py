"""What a benchmark measured: figures beside the floors of the same run, with the machine and the versions."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import psycopg
from django.db import connection


@dataclass(frozen=True)
class Options:
    """What was asked for. `say` takes a line on how far it has come."""

    rows: int
    large: bool
    say: Callable[[str], None]


@dataclass(frozen=True)
class Measure:
    """One figure. `most`: what it may be at most, `least`: what it must be at least; None is for knowledge only."""

    name: str
    value: float
    unit: str = "s"
    most: float | None = None
    least: float | None = None

    @property
    def is_kept(self) -> bool | None:
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)


def machine() -> dict[str, str]:
    """The machine and the versions that the figures hold for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting || coalesce(unit, '') FROM pg_settings WHERE name = ANY(%s)", [_SETTINGS])
        settings = ", ".join(f"{name}={value}" for name, value in sorted(cursor.fetchall()))
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "processor": f"{_processor()}, {os.cpu_count()} kärnor",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "versions": f"Python {platform.python_version()}, Django {django.__version__}, psycopg {psycopg.__version__}",
        "server": f"PostgreSQL {version} ({settings})",
        "load": f"{os.getloadavg()[0]:.1f} vid start",
    }


_SETTINGS = ["fsync", "synchronous_commit", "shared_buffers", "wal_buffers", "work_mem", "wal_level"]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


@dataclass
class Report:
    """Named groups of measures, in the order they were taken."""

    facts: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[Measure]] = field(default_factory=dict)

    def add(self, group: str, *measures: Measure) -> None:
        self.groups.setdefault(group, []).extend(measures)

    def as_json(self) -> dict[str, Any]:
        return {
            "facts": self.facts,
            "groups": {
                name: [
                    {
                        "name": m.name,
                        "value": round(m.value, 4),
                        "unit": m.unit,
                        "most": m.most,
                        "least": m.least,
                        "kept": m.is_kept,
                    }
                    for m in measures
                ]
                for name, measures in self.groups.items()
            },
        }

    def as_markdown(self) -> str:
        lines = [f"- {name}: {value}" for name, value in self.facts.items()]
        for group, measures in self.groups.items():
            lines += ["", f"### {group}", "", "| Mått | Värde | Gräns | Hålls |", "|---|---:|---:|---|"]
            lines += [f"| {m.name} | {_figure(m.value)} {m.unit} | {_limit(m)} | {_verdict(m)} |" for m in measures]
        return "\n".join(lines)


def _figure(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 1000 else f"{value:.3g}".replace(".", ",")


def _limit(measure: Measure) -> str:
    if measure.most is not None:
        return f"högst {_figure(measure.most)}"
    return f"minst {_figure(measure.least)}" if measure.least is not None else ""


def _verdict(measure: Measure) -> str:
    return {None: "", True: "ja", False: "nej"}[measure.is_kept]
