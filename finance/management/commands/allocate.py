from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from finance.actions import allocation
from finance.models import CostRollup
from finance.reports import total
from vp_portal.core import formatting


class Command(BaseCommand):
    help = "Kör fördelningsreglerna över hela huvudboken."

    def handle(self, *args: Any, **options: Any) -> None:
        run = allocation.run(by=None, at=timezone.now())
        sums = CostRollup.objects.filter(run=run)
        self.stdout.write(
            f"Fördelning {run.pk} gäller: {formatting.kr_ore(total(sums))}, "
            f"varav utan hemvist {formatting.kr_ore(total(sums.unallocated()))}."
        )
