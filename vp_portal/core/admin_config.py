from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "vp_portal.core.admin_site.PortalAdminSite"
