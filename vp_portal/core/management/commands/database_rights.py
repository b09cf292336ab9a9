from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vp_portal.core import database_roles


class Command(BaseCommand):
    help = "Ger portalens databasroll (den i DATABASE_URL) de rättigheter den ska ha; migrate gör det också."

    def handle(self, *args: Any, **options: Any) -> None:
        role = database_roles.application_role()
        if not role or role == database_roles.current_role():
            raise CommandError(
                "DATABASE_OWNER_URL ska vara rollen som äger tabellerna och DATABASE_URL en annan, portalens."
            )
        self.stdout.write(f"Rollen {role} har nu sina rättigheter på {database_roles.set_rights(role)} tabeller.")
