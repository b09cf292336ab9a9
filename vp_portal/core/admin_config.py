from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "vp_portal.core.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """The queue of jobs is for who runs the portal; second factors and links to the directory are nobody's."""
        super().ready()
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator
        from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
        from django.contrib import admin
        from procrastinate.contrib.django.models import ProcrastinateJob

        admin.site.unregister([ProcrastinateJob, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])
