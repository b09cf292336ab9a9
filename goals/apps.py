from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"
    verbose_name = _("Plan")

    def ready(self) -> None:
        from goals import access  # noqa: F401 - registers the permissions
        from goals.reports import as_known, blocks

        as_known.register_source()
        blocks.register_kinds()
