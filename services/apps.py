from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = _("Tjänster")

    def ready(self) -> None:
        from services.linking import link_person
        from vp_portal.core.signin.directory import on_admitted

        on_admitted.append(link_person)
