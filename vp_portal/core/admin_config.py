from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "vp_portal.core.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """The queue of background jobs is for who runs the portal, not for who keeps its registers."""
        super().ready()
        from django.contrib import admin
        from procrastinate.contrib.django.models import ProcrastinateJob

        admin.site.unregister(ProcrastinateJob)
