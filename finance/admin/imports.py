from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from finance import resources
from finance.models import (
    AllocationRun,
    HeaderName,
    ImportBatch,
    ImportProfile,
    ImportSource,
)
from finance.models.scope import sees_everything
from vp_portal.core.admin_guard import GuardedAdmin
from vp_portal.core.registers import HistoryAdmin, LookOnly, RegisterAdmin


@admin.register(ImportSource)
class ImportSourceAdmin(RegisterAdmin):
    resource_classes = [resources.ImportSourceResource]
    list_display = ("name", "code", "chart", "is_default")
    list_select_related = ("chart",)
    list_filter = ("chart",)
    search_fields = ("name", "code")
    autocomplete_fields = ("chart",)
    fieldsets = [
        (None, {"fields": ("code", "name", "chart", "is_default")}),
        (
            _("När förhandsvisningen varnar"),
            {"fields": ("most_negative", "far_months", "large_times", "large_from", "large_rows")},
        ),
    ]


@admin.register(ImportProfile)
class ImportProfileAdmin(RegisterAdmin):
    resource_classes = [resources.ImportProfileResource]
    list_display = ("name", "code", "source", "decimal_mark")
    list_select_related = ("source",)
    list_filter = ("source",)
    search_fields = ("name", "code")
    autocomplete_fields = ("source",)
    fieldsets = [
        (None, {"fields": ("code", "name", "source", "columns")}),
        (_("Belopp"), {"fields": ("decimal_mark", "scale", "sign", "debit_credit")}),
        (_("Text, arbetsbok och SIE"), {"fields": ("encoding", "separator", "sheet", "dimensions")}),
    ]


@admin.register(HeaderName)
class HeaderNameAdmin(RegisterAdmin):
    """What a file's columns are known by when no profile says it."""

    resource_classes = [resources.HeaderNameResource]
    list_display = ("name", "role")
    list_filter = ("role",)
    search_fields = ("name",)
    fields = ("name", "role")


@admin.register(ImportBatch)
class ImportBatchAdmin(LookOnly, HistoryAdmin):
    """What has been booked. Files are booked, and taken out, by their own commands.

    For controllers: a file's sum, less the rows that others see, is what is sensitive in it.
    """

    list_display = ("id", "file_name", "source", "row_count", "total", "booked_by", "booked_at", "ended_at")
    list_display_links = ("id", "file_name")
    list_select_related = ("source", "booked_by")
    list_filter = ("source", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("file_name", "sha256")
    date_hierarchy = "booked_at"
    fieldsets = [
        (None, {"fields": ("file_name", "source", "profile", ("booked_by", "booked_at"), "ended_at")}),
        (_("Innehåll"), {"fields": ("row_count", "total", "control_total", "stated_total", "stated_by", "skipped")}),
        (_("Filen"), {"fields": ("file_format", "encoding", "file_size", "sha256")}),
    ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user) and super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sees_everything(request.user) and super().has_module_permission(request)


@admin.register(AllocationRun)
class AllocationRunAdmin(LookOnly, GuardedAdmin):
    """When the rules were run, and which run counts."""

    list_display = ("id", "made_at", "made_by", "in_force_from", "in_force_to", "scenario")
    list_select_related = ("made_by",)
    date_hierarchy = "made_at"
    fields = (("made_by", "made_at"), ("in_force_from", "in_force_to"), "scenario")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the rules that each was made by: they are many, and shown on the run's own page."""
        return super().get_queryset(request).defer("rules")
