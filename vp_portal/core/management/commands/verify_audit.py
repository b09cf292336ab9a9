from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vp_portal.core import formatting
from vp_portal.core.audit_chain import Fault, Head, verify


class Command(BaseCommand):
    help = (
        "Räknar om spårloggens kedja och säger vilken rad som är ändrad eller saknas. "
        "Svarar 0 när den är hel, 1 när den inte är det."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", metavar="PLATS:HASH", help="slutet vid en tidigare kontroll, som ska finnas kvar")
        parser.add_argument(
            "--anchor",
            type=Path,
            metavar="FIL",
            help="fil med slutet vid förra kontrollen; får det nya när allt är helt",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchor: Path | None = options["anchor"]
        text = options["head"] or (anchor.read_text() if anchor and anchor.exists() else "")
        try:
            verdict = verify(Head.parse(text) if text else None)
        except ValueError:
            raise CommandError("Slutet skrivs PLATS:HASH, som kommandot skriver ut det.", returncode=2) from None
        for fault in verdict.faults:
            self.stderr.write(describe(fault))
        if verdict.faults:
            raise CommandError(f"Spårloggen är inte hel: {len(verdict.faults)} fel.")
        if anchor:
            anchor.write_text(f"{verdict.head}\n")
        erased = f", {formatting.number(verdict.erased)} av dem avidentifierade" if verdict.erased else ""
        self.stdout.write(f"Spårloggen är hel: {formatting.number(verdict.rows)} rader{erased}.\nSlut: {verdict.head}")


def describe(fault: Fault) -> str:
    where = [f"plats {fault.position}"] * (fault.position is not None) + [f"rad {fault.entry}"] * (
        fault.entry is not None
    )
    return f"{', '.join(where)}: {fault.reason}"
