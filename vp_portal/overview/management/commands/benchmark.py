import importlib
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Mäter en del av portalen mot golv i samma körning. Arbetar i en egen databas, som tas bort efteråt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="vilken mätning: import, plan, economy")
        parser.add_argument("--rows", type=int, default=1_000_000, help="antal rader (förvalt 1 000 000)")
        parser.add_argument("--large", action="store_true", help="mät också tio gånger så många rader")
        parser.add_argument("--json", action="store_true", help="skriv måtten som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            registry = importlib.import_module("tests.benchmarks.registry")
        except ModuleNotFoundError as error:
            message = f"Mätningarna finns i källkodens tests/benchmarks, och testpaketen behövs: {error}."
            raise CommandError(message) from None
        if options["name"] not in registry.BENCHMARKS:
            raise CommandError(
                f"Mätningen {options['name']} finns inte. De som finns: {', '.join(registry.BENCHMARKS)}."
            )
        asked = registry.Options(rows=options["rows"], large=options["large"], say=self.stderr.write)
        report = registry.BENCHMARKS[options["name"]](asked)
        done = json.dumps(report.as_json(), ensure_ascii=False, indent=1) if options["json"] else report.as_markdown()
        self.stdout.write(done)
