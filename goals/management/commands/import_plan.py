"""Reads a plan document (Markdown) into the plan. Exit 0: read; 2: refused, nothing stored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from goals.actions import plans
from goals.importing.document import Document, DocumentError
from goals.importing.parse import parse
from goals.importing.source import read_text

REFUSED = 2
SHOWN = 30


class Command(BaseCommand):
    help = "Läser in plandokumentet (Markdown). Körs det igen ändras bara det som är ändrat i filen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.md", type=Path)
        parser.add_argument("--first-year", type=int, help="första år, när ingen rubrik säger planens år")
        parser.add_argument("--last-year", type=int, help="sista år, när ingen rubrik säger planens år")
        parser.add_argument("--name", help="planens namn; annars ”Verksamhetsplan”")
        parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle ändras, lagra ingenting")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        document = _read(path)
        try:
            outcome = plans.import_document(
                document,
                years=(options["first_year"], options["last_year"]),
                name=options["name"],
                reason=_("Inläst från %(file)s") % {"file": path.name},
                dry_run=options["dry_run"],
            )
        except (plans.YearsMissingError, plans.YearsDifferError, plans.PlanAmbiguousError, ValidationError) as error:
            raise CommandError(_why(path, document, error), returncode=REFUSED) from None
        self._tell(outcome, dry_run=options["dry_run"])

    def _tell(self, outcome: plans.ImportOutcome, *, dry_run: bool) -> None:
        self.stdout.write(outcome.plan)
        for kind, count in outcome.counts.items():
            self.stdout.write(f"  {kind}: {count}")
        self._rows(_("Nya"), outcome.created)
        self._rows(_("Ändrade"), outcome.changed)
        self.stdout.write(_("Oförändrade: %(count)s") % {"count": outcome.unchanged})
        self._rows(_("Finns i portalen men inte i filen, kvar som de är"), outcome.kept)
        if dry_run:
            self.stdout.write(_("Provkörning: ingenting är lagrat."))

    def _rows(self, title: str, rows: list[plans.Changed]) -> None:
        self.stdout.write(f"{title}: {len(rows)}")
        for row in rows:
            fields = f" ({', '.join(row.fields)})" if row.fields else ""
            self.stdout.write(f"  {row.kind} {row.number}{fields}")


def _read(path: Path) -> Document:
    try:
        return parse(read_text(path.read_bytes()))
    except OSError as error:
        message = _("%(file)s går inte att läsa: %(reason)s") % {"file": path, "reason": error.strerror}
        raise CommandError(message, returncode=REFUSED) from None
    except DocumentError as error:
        lines = [f"{path}:{problem.line}: {problem.reason}" for problem in error.problems[:SHOWN]]
        if len(error.problems) > SHOWN:
            lines.append(_("… och %(count)s till.") % {"count": len(error.problems) - SHOWN})
        raise CommandError("\n".join([*lines, _("Ingenting är lagrat.")]), returncode=REFUSED) from None


def _why(path: Path, document: Document, error: Exception) -> str:
    if isinstance(error, plans.YearsMissingError):
        return _(
            "%(file)s:1: Ingen rubrik säger vilka år planen gäller. Skriv till exempel ”# 02 Riktning 2024-2026” "
            "eller ange --first-year och --last-year. Ingenting är lagrat."
        ) % {"file": path}
    if isinstance(error, plans.YearsDifferError):
        return _("%(file)s:%(line)s: Rubriken säger andra år än --first-year och --last-year. Ingenting är lagrat.") % {
            "file": path,
            "line": document.years_line,
        }
    if isinstance(error, plans.PlanAmbiguousError):
        return _("Det finns flera planer för de åren, i olika enheter. Ingenting är lagrat.")
    if isinstance(error, ValidationError):
        return _("Planens namn eller år går inte att använda: %(reason)s Ingenting är lagrat.") % {
            "reason": " ".join(error.messages)
        }
    raise error
