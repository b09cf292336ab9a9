import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vp_portal.core.access import Role
from vp_portal.core.models import User
from vp_portal.overview.demo.files import rows

#: What each role meets first, and why one would try it.
_FIRST = {
    "": gettext_lazy("egna enheter: kostnad, resultat och det som ska göras nu"),
    Role.READER: gettext_lazy("planens läge och tjänsterna, utan belopp"),
    Role.PLAN_OWNER: gettext_lazy("planens läge, försenade avstämningar och luckor"),
    Role.CONTROLLER: gettext_lazy("ekonomin för alla enheter, importer och oallokerat"),
    Role.MANAGEMENT: gettext_lazy("hela avdelningen: kostnad, fokusområden och risker"),
    Role.ADMINISTRATOR: gettext_lazy("översikten, och alla register i administrationen"),
}


class Command(BaseCommand):
    help = "Skriver ut demons inloggningar, en per roll. Lösenordet tas ur VP_DEMO_PASSWORD."

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("VP_DEMO_PASSWORD")
        if not password:
            raise CommandError(_("Sätt miljövariabeln VP_DEMO_PASSWORD till det lösenord som demon lästes in med."))
        logins = rows("demo/logins")
        users = {user.username: user for user in User.objects.filter(username__in=[r["username"] for r in logins])}
        if len(users) < len(logins):
            raise CommandError(_("Demons konton saknas. Läs in dem med seed_demo."))
        if not users[logins[0]["username"]].check_password(password):
            raise CommandError(_("VP_DEMO_PASSWORD är inte det lösenord som demon lästes in med."))
        table = [(_("Konto"), _("Namn"), _("Roll"), _("Ser först"))]
        for row in logins:
            label = str(Role(row["role"]).label) if row["role"] else _("Linjechef")
            table.append((row["username"], users[row["username"]].get_full_name(), label, str(_FIRST[row["role"]])))
        widths = [max(len(line[column]) for line in table) for column in range(3)]
        for line in table:
            cells = [cell.ljust(width) for cell, width in zip(line[:3], widths, strict=True)]
            self.stdout.write("  ".join([*cells, line[3]]))
        self.stdout.write(_("Lösenord för alla: %(password)s") % {"password": password})
