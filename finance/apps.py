from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "finance"
    verbose_name = _("Ekonomi")

    def ready(self) -> None:
        from finance.reports import as_known

        as_known.register_source()
