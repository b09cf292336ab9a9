from typing import Any

from django.core.management.base import BaseCommand

from vp_portal.overview import reference


class Command(BaseCommand):
    help = "Läser in roller, kontoplaner, importkällor och delportföljer som saknas. Ändrar inget som redan finns."

    def handle(self, *args: Any, **options: Any) -> None:
        made = reference.load().made
        if not made:
            self.stdout.write("Grunddata finns redan.")
        for name, number in made.items():
            self.stdout.write(f"{name}: {number} nya")
