from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OverviewConfig(AppConfig):
    name = "vp_portal.overview"
    label = "overview"
    verbose_name = _("Översikt")

    def ready(self) -> None:
        from vp_portal.overview.reports import plan_blocks
        from vp_portal.overview.reports.indicators import catalogue, costs, imports, plan, staffing

        plan_blocks.register_kinds()
        for definitions in (catalogue, staffing, costs, imports, plan):
            definitions.register_definitions()
