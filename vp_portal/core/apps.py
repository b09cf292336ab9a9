from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "vp_portal.core"
    label = "core"
    verbose_name = _("Konton")

    def ready(self) -> None:
        from vp_portal.core import audit_hooks, database_roles, deployment_checks  # noqa: F401  # the last registers itself
        from vp_portal.core.signin import listeners

        audit_hooks.connect()
        listeners.connect()
        post_migrate.connect(database_roles.after_migrating, sender=self, dispatch_uid="database_roles")
