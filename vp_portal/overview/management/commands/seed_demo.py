import datetime as dt
import os
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from services.models import OrgUnit
from vp_portal.core import access
from vp_portal.overview import reference
from vp_portal.overview.demo import (
    booking,
    budgets,
    by_hand,
    catalogue,
    codes,
    document,
    follow_up,
    funding,
    organisation,
    plan,
)
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.store import Store, history_at

#: A whole department needs at least a row a month for its larger costs.
FEWEST = 300


class Command(BaseCommand):
    help = "Läser in demoavdelningen: organisation, tjänster, plan, avstämningar och två och ett halvt års konteringar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--postings", type=int, default=60_000, help="antal konteringar (förvalt 60 000)")
        parser.add_argument("--if-empty", action="store_true", help="gör inget om det redan finns en enhet")
        parser.add_argument("--today", type=dt.date.fromisoformat, help="dagen som räknas som i dag, ÅÅÅÅ-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or settings.TRIAL):
            raise CommandError(_("Demon läses bara in i en provkörning (VP_TRIAL) eller med DEBUG."))
        if OrgUnit.objects.exists():
            if options["if_empty"]:
                self.stdout.write(_("Det finns redan en organisation. Inget är ändrat."))
                return
            raise CommandError(_("Det finns redan en organisation. Demon läses bara in i en tom databas."))
        if options["postings"] < FEWEST:
            raise CommandError(_("Minst %(count)s konteringar behövs.") % {"count": FEWEST})
        password = os.environ.get("VP_DEMO_PASSWORD")
        if not password:
            raise CommandError(_("Sätt miljövariabeln VP_DEMO_PASSWORD: lösenordet för demons konton."))
        started = time.monotonic()
        with transaction.atomic():
            self._seed(Calendar(options["today"] or access.today()), options["postings"], password)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(_("Demoavdelningen är inläst på %(seconds)s.") % {"seconds": _seconds(started)})

    def _seed(self, calendar: Calendar, postings: int, password: str) -> None:
        with self._step(_("Grunddata")):
            reference.load()
        with self._step(_("Organisation, personer och inloggningar")):
            users = organisation.make_users(password, calendar)
            logins = organisation.logins(users)
            store = Store(by=logins["admin"])
            organisation.make_units(store, calendar)
            organisation.make_people(store, calendar, users)
        with self._step(_("Tjänster, FO och bemanning")):
            catalogue.make_catalogue(store)
            catalogue.make_staffing(store, calendar)
        with self._step(_("Plan och avstämningar")):
            with history_at(calendar.began):
                plan.make_plan(Store(by=logins["plan"]), calendar)
            plan.make_check_ins(calendar, users, logins["plan"])
            document.write_document(calendar, logins["plan"])
            follow_up.make_follow_up(calendar, logins["plan"])
        with self._step(_("Konton, kostnadsställen och fördelningsregler")):
            controllers = Store(by=logins["controller"], since=calendar.began)
            codes.make_codes(controllers, calendar)
            codes.make_rules(controllers, calendar)
            funding.make_funding(controllers, calendar)
        with self._step(_("%(count)s konteringar") % {"count": postings}):
            booking.book(calendar, postings, by=logins["controller"], report=self._booked)
        with self._step(_("Ett scenario för fördelningen")):
            codes.try_scenario(calendar, by=logins["controller"])
        with self._step(_("Rader fördelade för hand och flaggade")):
            by_hand.make_by_hand(calendar, logins)
        with self._step(_("Budget och prognos")):
            budgets.make_budgets(calendar, logins)
        with self._step(_("Beräknade mått det senaste året")):
            follow_up.take_snapshots(calendar)

    def _booked(self, file: str, rows: int) -> None:
        self.stdout.write(_("  %(file)s: %(rows)s rader") % {"file": file, "rows": rows})
        self.stdout.flush()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        self.stdout.write(f"{name} …")
        self.stdout.flush()
        yield
        self.stdout.write(_("%(step)s: klart på %(seconds)s") % {"step": name, "seconds": _seconds(started)})


def _seconds(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s".replace(".", ",")
