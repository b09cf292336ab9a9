from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from vp_portal.core import formatting
from vp_portal.core.signin import leaked


class Command(BaseCommand):
    help = "Prövar filen med läckta lösenord: att den går att läsa, har SHA-1 på varje rad och är sorterad."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="filen; annars den i VP_LEAKED_PASSWORDS")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["path"] or (Path(settings.LEAKED_PASSWORDS) if settings.LEAKED_PASSWORDS else None)
        if path is None:
            raise CommandError(_("Ange en fil, eller sätt VP_LEAKED_PASSWORDS."))
        try:
            size = leaked.check(path)
        except leaked.UnreadableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(path)s duger: %(size)s.") % {"path": path, "size": formatting.file_size(size)})
