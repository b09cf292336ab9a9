from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from finance.actions import allocation
from finance.models import CostRollup
from finance.reports import total
from vp_portal.core import formatting
from vp_portal.core.periods import Period


class Command(BaseCommand):
    help = "Kör fördelningsreglerna över hela huvudboken, eller över några perioder: resten står som den var."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", metavar="ÅÅÅÅMM", help="första perioden")
        parser.add_argument("--to", dest="last", metavar="ÅÅÅÅMM", help="sista perioden")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = _period(options["first"]), _period(options["last"])
        if first and last and first > last:
            raise CommandError(f"{first} kommer efter {last}.", returncode=2)
        run = allocation.run(by=None, at=timezone.now(), first=first, last=last)
        sums = CostRollup.objects.filter(run=run)
        self.stdout.write(
            f"Fördelning {run.pk} gäller: {formatting.kr_ore(total(sums))}, "
            f"varav utan hemvist {formatting.kr_ore(total(sums.unallocated()))}."
        )


def _period(text: str | None) -> Period | None:
    if text is None:
        return None
    try:
        return Period.parse(text)
    except ValueError:
        raise CommandError(f"{text} är ingen period. Skriv den som ÅÅÅÅMM.", returncode=2) from None
