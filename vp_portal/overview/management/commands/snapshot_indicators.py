import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from goals.actions import snapshots
from goals.models import Plan
from vp_portal.core import access


class Command(BaseCommand):
    help = "Räknar ut planens beräknade mått och sparar dem. Det som redan är sparat för dagen ändras aldrig."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", help="dagen som måtten gäller, ÅÅÅÅ-MM-DD (förvalt i dag)")

    def handle(self, *args: Any, **options: Any) -> None:
        today = access.today()
        day = _day(options["as_of"]) if options["as_of"] else today
        if day > today:
            raise CommandError(_("Dagen har inte kommit än."))
        plan = Plan.objects.current(day)
        if plan is None:
            raise CommandError(_("Det finns ingen plan."))
        taken = snapshots.take(plan, day, at=timezone.now())
        counts = {"day": day.isoformat(), "stored": taken.stored, "kept": taken.kept}
        self.stdout.write(_("%(day)s: %(stored)s sparade, %(kept)s fanns redan.") % counts)
        if taken.undefined:
            self.stderr.write(_("Portalen har ingen definition av %(codes)s.") % {"codes": ", ".join(taken.undefined)})
        if taken.failed:
            raise CommandError(_("Gick inte att räkna ut: %(codes)s. Se loggen.") % {"codes": ", ".join(taken.failed)})


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("%(text)s är inget datum. Skriv ÅÅÅÅ-MM-DD.") % {"text": text}) from None
