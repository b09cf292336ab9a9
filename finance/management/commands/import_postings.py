import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from finance.actions.imports import BookingResult, book_file
from finance.models import ImportProfile, ImportSource
from vp_portal.core import formatting
from vp_portal.core.periods import Period

#: So many errors and unknown codes are written out in the readable report.
SHOWN = 20
REFUSED = 2


class Command(BaseCommand):
    help = "Läser en huvudboksfil och bokför den. Slutkod 0: bokförd (eller skulle ha blivit det), 2: inget lagrat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="filen")
        parser.add_argument("--profile", help="importprofilens kod; annars en vars rubriker är filens")
        parser.add_argument("--source", help="importkällans kod; annars profilens, annars den förvalda")
        parser.add_argument("--period", help="ÅÅÅÅMM, för filer utan periodkolumn")
        parser.add_argument("--create-codes", action="store_true", help="lägg till okända koder i registren")
        parser.add_argument("--dry-run", action="store_true", help="pröva filen utan att lagra något")
        parser.add_argument("--json", action="store_true", help="skriv resultatet som JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        result = book_file(
            options["file"],
            source=_by_code(ImportSource, options["source"], "importkälla"),
            profile=_by_code(ImportProfile, options["profile"], "importprofil"),
            period=_period(options["period"]),
            create_codes=options["create_codes"],
            dry_run=options["dry_run"],
            at=timezone.now(),
        )
        report = json.dumps(result.as_json(), ensure_ascii=False, indent=1) if options["json"] else in_words(result)
        self.stdout.write(report)
        if not result.is_accepted:
            raise SystemExit(REFUSED)


def _by_code(model: Any, code: str | None, what: str) -> Any:
    if code is None:
        return None
    try:
        return model.objects.get(code=code)
    except model.DoesNotExist:
        known = ", ".join(model.objects.values_list("code", flat=True)) or "inga finns"
        raise CommandError(f"Ingen {what} har koden {code}. Koder: {known}.", returncode=REFUSED) from None


def _period(text: str | None) -> Period | None:
    if text is None:
        return None
    try:
        return Period.parse(text)
    except ValueError:
        raise CommandError(f"{text} är ingen period. Skriv den som ÅÅÅÅMM.", returncode=REFUSED) from None


_VERDICTS = {
    "booked": "Bokförd: importomgång {batch}, {rows} rader, {sum}.",
    "dry_run": "Skulle bokföras: {rows} rader, {sum}. Inget är lagrat.",
    "refused": "Inte bokförd. Inget är lagrat.",
    "duplicate": "Inte bokförd: filen finns redan. Inget är lagrat.",
}


def in_words(result: BookingResult) -> str:
    """The result for whoever sits at the terminal: the verdict first, then why."""
    lines = [
        _VERDICTS[result.status].format(
            batch=result.batch, rows=formatting.number(result.rows), sum=formatting.kr_ore(result.sum)
        )
    ]
    lines += [
        f"  {period}: {formatting.number(total.rows)} rader, {formatting.kr_ore(total.sum)}"
        for period, total in result.periods.items()
    ]
    if result.control_total is not None:
        lines.append(f"Kontrollsumman i filen stämmer: {formatting.kr_ore(result.control_total)}.")
    if result.skipped:
        lines.append(f"Överhoppade rader: {len(result.skipped)}.")
    for error in result.errors[:SHOWN]:
        place = f"Rad {error.line}" + (f", {error.column}" if error.column else "") if error.line else ""
        value = f" ”{error.value}”" if error.value else ""
        lines.append(f"{place}{value}: {error.reason}" if place else error.reason)
    if result.error_count > SHOWN:
        lines.append(f"… och {formatting.number(result.error_count - SHOWN)} fel till.")
    label = "Ny kod" if result.is_accepted else "Okänd kod"
    lines += [
        f"{label}: {code.kind} {code.code}, {formatting.number(code.count)} rader, {formatting.kr_ore(code.sum)}"
        for code in result.unknown_codes[:SHOWN]
    ]
    if len(result.unknown_codes) > SHOWN:
        lines.append(f"… och {len(result.unknown_codes) - SHOWN} koder till.")
    return "\n".join(lines)
