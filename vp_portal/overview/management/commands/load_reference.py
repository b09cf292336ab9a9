from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from finance.actions import allocation
from vp_portal.overview import reference


class Command(BaseCommand):
    help = (
        "Läser in roller, kontoplaner, importkällor, kolumnrubriker och delportföljer som saknas. Ändrar inget som "
        "redan finns, utom rättigheter som en tidigare version gav en roll och som den inte längre ska ha: de tas bort."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = reference.load()
        allocation.follow_sensitive_ranges(by=None, at=timezone.now())
        if not (loaded.made or loaded.taken):
            self.stdout.write(_("Grunddata finns redan."))
        for name, number in loaded.made.items():
            self.stdout.write(_("%(rows)s: %(count)s nya") % {"rows": name, "count": number})
        if loaded.taken:
            self.stdout.write(_("Rättigheter som inte längre ingår i rollen: %s borttagna") % loaded.taken)
