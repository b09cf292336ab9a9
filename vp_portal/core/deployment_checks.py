"""What `manage.py check --deploy` says of the portal's own, beside what Django and its packages say."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _


@checks.register(checks.Tags.security, deploy=True)
def history_is_out_of_reach(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """The role that owns the tables can change history and the audit log: the portal must run as another."""
    if settings.DATABASE_OWNER["USER"] != settings.DATABASE_APPLICATION["USER"]:
        return []
    return [
        checks.Warning(
            _("Portalen kör som den databasroll som äger tabellerna: databasen skyddar inte historik och spårlogg."),
            hint=_("Gör två roller och sätt DATABASE_OWNER_URL, se operations.md."),
            id="vp_portal.W001",
        )
    ]
