from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from finance.actions import allocation
from vp_portal.overview import reference


class Command(BaseCommand):
    help = "Läser in roller, kontoplaner, importkällor och delportföljer som saknas. Ändrar inget som redan finns."

    def handle(self, *args: Any, **options: Any) -> None:
        made = reference.load().made
        allocation.follow_sensitive_ranges(by=None, at=timezone.now())
        if not made:
            self.stdout.write(_("Grunddata finns redan."))
        for name, number in made.items():
            self.stdout.write(_("%(rows)s: %(count)s nya") % {"rows": name, "count": number})
