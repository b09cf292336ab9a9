import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.overview.privacy.export import everything
from vp_portal.overview.privacy.subject import NoSuchPerson, find


class Command(BaseCommand):
    help = "Skriver allt som portalen vet om en person till en JSON-fil. PERSON är ett användarnamn eller en signatur."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", metavar="PERSON")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FIL")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            subject = find(options["person"])
        except NoSuchPerson:
            raise CommandError(
                f"Ingen har användarnamnet eller signaturen {options['person']}.", returncode=2
            ) from None
        data = everything(subject, timezone.now())
        path: Path = options["output"]
        try:
            path.touch(mode=0o600)
            path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        except OSError as error:
            raise CommandError(f"Filen {path} kan inte skrivas: {error.strerror}.", returncode=2) from None
        audit.record(AuditEvent.PERSON_EXPORTED, target=subject.user or subject.person or "")
        rows = sum(len(each) for part in ("rows", "history") for each in data[part].values())
        self.stdout.write(f"{path}: {rows} rader om {data['person']}, {len(data['changes_made'])} egna ändringar.")
