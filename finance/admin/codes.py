from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from finance import resources
from finance.models import (
    ActivityCode,
    CostCentre,
    CostCentreUnit,
    Counterparty,
    Funder,
    LedgerProject,
)
from vp_portal.core import access
from vp_portal.core.registers import DatedInline, RegisterAdmin, ValidFilter


class CostCentreUnitInline(DatedInline):
    model = CostCentreUnit
    fields = ("unit", "valid")
    autocomplete_fields = ("unit",)
    related = ("cost_centre", "unit")


class CodeAdmin(RegisterAdmin):
    """A part of the code string."""

    list_display: Any = ("code", "name")
    list_display_links = ("code", "name")
    search_fields = ("code", "name")
    fields = ("code", "name")


@admin.register(CostCentre)
class CostCentreAdmin(CodeAdmin):
    resource_classes = [resources.CostCentreResource]
    list_display = ("code", "name", "unit_name")
    inlines = [CostCentreUnitInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_unit(access.today())

    @admin.display(description=_("enhet"), ordering="unit_name", empty_value="–")
    def unit_name(self, obj: Any) -> Any:
        return obj.unit_name


@admin.register(CostCentreUnit)
class CostCentreUnitAdmin(RegisterAdmin):
    resource_classes = [resources.CostCentreUnitResource]
    list_display = ("cost_centre", "unit", "validity")
    list_select_related = ("cost_centre", "unit")
    list_filter = (ValidFilter, ("unit", admin.RelatedOnlyFieldListFilter))
    search_fields = ("cost_centre__code", "cost_centre__name", "unit__code", "unit__name")
    autocomplete_fields = ("cost_centre", "unit")
    fields = ("cost_centre", "unit", "valid")


@admin.register(LedgerProject)
class LedgerProjectAdmin(CodeAdmin):
    resource_classes = [resources.LedgerProjectResource]


@admin.register(ActivityCode)
class ActivityCodeAdmin(CodeAdmin):
    resource_classes = [resources.ActivityCodeResource]


@admin.register(Funder)
class FunderAdmin(CodeAdmin):
    resource_classes = [resources.FunderResource]


@admin.register(Counterparty)
class CounterpartyAdmin(CodeAdmin):
    resource_classes = [resources.CounterpartyResource]
