from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import User
from vp_portal.core.signin import password_link


class Command(BaseCommand):
    help = "Skriver ut en länk där kontots ägare väljer ett nytt lösenord. Den går att använda en gång, i fyra timmar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="kontots användarnamn")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(_("Det finns inget öppet konto med det namnet."))
        audit.record(AuditEvent.ACCOUNT_CHANGED, target=user, what="password_link")
        host = next(iter(settings.ALLOWED_HOSTS), "")
        scheme = "http" if settings.TRIAL else "https"
        self.stdout.write(f"{scheme}://{host.removeprefix('.')}{password_link.path_for(user)}")
