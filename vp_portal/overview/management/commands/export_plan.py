from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from goals.choices import ExportFormat
from goals.models import DecidedPlan, Plan
from goals.reports import exports
from vp_portal.core import access


class Command(BaseCommand):
    help = "Skriver plandokumentet till en fil: PDF, Word, HTML eller Markdown."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=ExportFormat.values, default="md", help="filens format (förvalt md)")
        parser.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="filen som skrivs")
        parser.add_argument("--plan", type=int, metavar="ID", help="planens nummer; annars den som gäller i dag")
        parser.add_argument("--version-no", type=int, metavar="N", help="en beslutad version; annars planen som den är")

    def handle(self, *args: Any, **options: Any) -> None:
        today = access.today()
        plans = Plan.objects.select_related("unit")
        plan = plans.filter(pk=options["plan"]).first() if options["plan"] is not None else plans.current(today)
        if plan is None:
            raise CommandError(_("Det finns ingen sådan plan."))
        decided = None
        if options["version_no"] is not None:
            decided = DecidedPlan.objects.filter(plan=plan, version=options["version_no"]).first()
            if decided is None:
                raise CommandError(_("Planen har ingen sådan version."))
        fmt = ExportFormat(options["format"])
        body = exports.made(exports.content_for(plan, decided, today, None), decided, fmt, today)
        try:
            options["output"].write_bytes(body)
        except OSError as error:
            message = _("%(file)s går inte att skriva: %(reason)s")
            raise CommandError(message % {"file": options["output"], "reason": error.strerror}) from None
        self.stdout.write(_("%(file)s: %(bytes)s byte") % {"file": options["output"], "bytes": len(body)})
