from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError

from vp_portal.core.access import today
from vp_portal.overview.privacy.erase import StillActive, anonymise
from vp_portal.overview.privacy.subject import NoSuchPerson, find


class Command(BaseCommand):
    help = (
        "Gör en person anonym: namn, e-post och adresser tas bort, även ur historiken, men nycklar och händelser "
        "finns kvar. Kan inte ångras. Körs som tabellernas ägare (DATABASE_OWNER_URL)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", metavar="PERSON", help="användarnamn eller signatur")
        parser.add_argument("--dry-run", action="store_true", help="visar vad som skulle ändras")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = anonymise(find(options["person"]), today(), dry_run=options["dry_run"])
        except NoSuchPerson:
            raise CommandError(
                f"Ingen har användarnamnet eller signaturen {options['person']}.", returncode=2
            ) from None
        except StillActive as error:
            raise CommandError(str(error), returncode=2) from None
        except ProgrammingError as error:
            raise CommandError(f"Databasrollen får inte: sätt DATABASE_OWNER_URL. ({error})") from None
        for label, count in sorted(counts.items()):
            self.stdout.write(f"{label}: {count}")
        done = "skulle bli anonym" if options["dry_run"] else "är anonym"
        self.stdout.write(f"{options['person']} {done}: {sum(counts.values())} rader.")
