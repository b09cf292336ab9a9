from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from finance.actions.periods import LockedPeriod
from finance.actions.undo import AlreadyEnded, Busy, undo
from finance.models import ImportBatch
from vp_portal.core import formatting


class Command(BaseCommand):
    help = "Tar ut en importomgång ur huvudboken och fördelar det som är kvar. Raderna sparas som utgångna."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int, help="importomgångens nummer")
        parser.add_argument("--reason", default="", help="varför; står i historiken")

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["batch"]
        try:
            batch = undo(ImportBatch.objects.get(pk=number), by=None, at=timezone.now(), reason=options["reason"])
        except ImportBatch.DoesNotExist:
            raise CommandError(f"Det finns ingen importomgång {number}.", returncode=2) from None
        except AlreadyEnded:
            raise CommandError(f"Importomgång {number} är redan uttagen.", returncode=2) from None
        except LockedPeriod as locked:
            raise CommandError(str(locked), returncode=2) from None
        except Busy:
            raise CommandError("Huvudboken är upptagen. Inget är ändrat; försök igen om en stund.") from None
        rows, total = formatting.number(batch.row_count), formatting.kr_ore(batch.total)
        self.stdout.write(f"Uttagen: importomgång {batch.pk}, {batch.file_name}, {rows} rader, {total}.")
