import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils import timezone

from vp_portal.core import formatting
from vp_portal.core.retention import trim


class Command(BaseCommand):
    help = (
        "Gallrar spårloggen, administrationens logg och sessioner som har tagit slut. "
        "Körs som tabellernas ägare (DATABASE_OWNER_URL)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=settings.AUDIT_KEPT_DAYS, help="så gammalt behålls")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError("Minst en dag behålls.", returncode=2)
        now = timezone.now()
        try:
            gone = trim(now - dt.timedelta(days=options["days"]), now)
        except ProgrammingError as error:
            raise CommandError(f"Databasrollen får inte: sätt DATABASE_OWNER_URL. ({error})") from None
        words = ", ".join(f"{name} {formatting.number(count)}" for name, count in gone.items())
        self.stdout.write(f"Gallrat: {words}.")
