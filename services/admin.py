from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services import resources
from services.models import (
    Assignment,
    CostObject,
    CostOwner,
    MaintenanceObject,
    OrgUnit,
    OverheadObject,
    Person,
    Service,
    ServiceArea,
    SubPortfolio,
    UnitManager,
    UnitMembership,
    UnitParent,
)
from vp_portal.core import access
from vp_portal.core.admin_guard import GuardedAdmin
from vp_portal.core.registers import DatedInline, LookOnly, RegisterAdmin, ValidFilter


class UnitParentInline(DatedInline):
    model = UnitParent
    fk_name = "unit"
    fields = ("parent", "valid")
    autocomplete_fields = ("parent",)
    related = ("unit", "parent")


class UnitManagerInline(DatedInline):
    model = UnitManager
    fields = ("person", "valid")
    autocomplete_fields = ("person",)
    related = ("unit", "person")


class MembershipInline(DatedInline):
    model = UnitMembership
    fields = ("unit", "valid")
    autocomplete_fields = ("unit",)
    related = ("unit", "person")


class CostOwnerInline(DatedInline):
    model = CostOwner
    fields = ("person", "valid")
    autocomplete_fields = ("person",)
    related = ("cost_object", "person")


class AssignmentInline(DatedInline):
    model = Assignment
    fields = ("person", "task", "share", "valid")
    autocomplete_fields = ("person",)
    related = ("cost_object", "person")


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    resource_classes = [resources.PersonResource]
    list_display = ("name", "code", "title", "unit_name", "email", "user")
    list_select_related = ("user",)
    search_fields = ("name", "code", "email", "title")
    autocomplete_fields = ("user",)
    fieldsets = [(None, {"fields": ("code", "name", "title", "email")}), (_("Inloggning"), {"fields": ("user",)})]
    inlines = [MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whose login it is decides what the login sees: for those who keep the accounts."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.has_perm("core.change_user") else (*own, "user")

    def get_queryset(self, request: HttpRequest) -> Any:
        now = UnitMembership.objects.on(access.today()).filter(person=OuterRef("pk"))
        return super().get_queryset(request).annotate(unit_name=Subquery(now.values("unit__name")[:1]))

    @admin.display(description=_("enhet"), ordering="unit_name", empty_value="–")
    def unit_name(self, obj: Any) -> Any:
        return obj.unit_name


@admin.register(OrgUnit)
class OrgUnitAdmin(RegisterAdmin):
    resource_classes = [resources.OrgUnitResource]
    list_display = ("name", "code", "manager_name", "validity")
    list_filter = (ValidFilter,)
    search_fields = ("name", "code")
    fieldsets = [(None, {"fields": ("code", "name", "valid")})]
    inlines = [UnitParentInline, UnitManagerInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_manager(access.today())

    @admin.display(description=_("linjechef"), ordering="manager_name", empty_value="–")
    def manager_name(self, obj: Any) -> Any:
        return obj.manager_name


@admin.register(UnitParent)
class UnitParentAdmin(RegisterAdmin):
    resource_classes = [resources.UnitParentResource]
    list_display = ("unit", "parent", "validity")
    list_filter = (ValidFilter,)
    list_select_related = ("unit", "parent")
    search_fields = ("unit__name", "unit__code", "parent__name", "parent__code")
    autocomplete_fields = ("unit", "parent")
    fields = ("unit", "parent", "valid")


@admin.register(UnitManager)
class UnitManagerAdmin(RegisterAdmin):
    resource_classes = [resources.UnitManagerResource]
    list_display = ("person", "unit", "validity")
    list_filter = (ValidFilter,)
    list_select_related = ("unit", "person")
    search_fields = ("unit__name", "unit__code", "person__name", "person__code")
    autocomplete_fields = ("unit", "person")
    fields = ("unit", "person", "valid")


@admin.register(UnitMembership)
class UnitMembershipAdmin(RegisterAdmin):
    resource_classes = [resources.UnitMembershipResource]
    list_display = ("person", "unit", "validity")
    list_select_related = ("unit", "person")
    list_filter = (ValidFilter, ("unit", admin.RelatedOnlyFieldListFilter))
    search_fields = ("unit__name", "unit__code", "person__name", "person__code")
    autocomplete_fields = ("unit", "person")
    fields = ("person", "unit", "valid")


@admin.register(SubPortfolio)
class SubPortfolioAdmin(RegisterAdmin):
    resource_classes = [resources.SubPortfolioResource]
    list_display = ("code", "name", "owner")
    list_select_related = ("owner",)
    search_fields = ("code", "name")
    autocomplete_fields = ("owner",)
    fields = ("code", "name", "owner")


def kind_fieldsets(*own: str) -> list[Any]:
    return [
        (None, {"fields": ("code", "name", "description", *own)}),
        (_("Ansvar och livscykel"), {"fields": ("owner", "lifecycle", "valid")}),
    ]


class KindAdmin(RegisterAdmin):
    """One kind of cost object; its code is unique among all kinds."""

    list_display: Any = ("name", "code", "lifecycle", "owner", "cost_owner", "validity")
    list_select_related: Any = ("owner",)
    list_filter: Any = (ValidFilter, "lifecycle")
    search_fields = ("name", "code")
    autocomplete_fields: Any = ("owner",)
    fieldsets: Any = kind_fieldsets()
    inlines = [CostOwnerInline, AssignmentInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_cost_owner(access.today())

    @admin.display(description=_("kostnadsägare"), ordering="cost_owner_name", empty_value="–")
    def cost_owner(self, obj: Any) -> Any:
        return obj.cost_owner_name


@admin.register(ServiceArea)
class ServiceAreaAdmin(KindAdmin):
    resource_classes = [resources.ServiceAreaResource]


@admin.register(Service)
class ServiceAdmin(KindAdmin):
    resource_classes = [resources.ServiceResource]
    list_display = ("name", "code", "area", "lifecycle", "owner", "cost_owner", "validity")
    list_select_related = ("owner", "area")
    list_filter = (ValidFilter, "lifecycle", ("area", admin.RelatedOnlyFieldListFilter))
    autocomplete_fields = ("owner", "area", "maintenance_objects")
    fieldsets = kind_fieldsets("area", "users", "maintenance_objects")


@admin.register(MaintenanceObject)
class MaintenanceObjectAdmin(KindAdmin):
    resource_classes = [resources.MaintenanceObjectResource]
    list_display = ("name", "code", "sub_portfolio", "lifecycle", "owner", "cost_owner", "validity")
    list_select_related = ("owner", "sub_portfolio")
    list_filter = (ValidFilter, "lifecycle", "sub_portfolio")
    autocomplete_fields = ("owner", "sub_portfolio")
    fieldsets = kind_fieldsets("sub_portfolio")


@admin.register(OverheadObject)
class OverheadObjectAdmin(KindAdmin):
    resource_classes = [resources.OverheadObjectResource]


@admin.register(CostObject)
class CostObjectAdmin(LookOnly, GuardedAdmin):
    """Any kind, for choosing one in other registers. Each kind is edited in its own."""

    list_display = ("name", "code", "kind_label", "lifecycle")
    search_fields = ("name", "code")
    fields = ("code", "name", "kind_label", "lifecycle")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Left out of the list of registers."""
        return {}

    @admin.display(description=_("slag"), ordering="kind")
    def kind_label(self, obj: CostObject) -> str:
        return obj.kind_label


@admin.register(CostOwner)
class CostOwnerAdmin(RegisterAdmin):
    resource_classes = [resources.CostOwnerResource]
    list_display = ("cost_object", "person", "validity")
    list_filter = (ValidFilter,)
    list_select_related = ("cost_object", "person")
    search_fields = ("cost_object__name", "cost_object__code", "person__name", "person__code")
    autocomplete_fields = ("cost_object", "person")
    fields = ("cost_object", "person", "valid")


@admin.register(Assignment)
class AssignmentAdmin(RegisterAdmin):
    resource_classes = [resources.AssignmentResource]
    list_display = ("person", "task", "cost_object", "share", "validity")
    list_select_related = ("cost_object", "person")
    list_filter = (ValidFilter,)
    search_fields = ("task", "cost_object__name", "cost_object__code", "person__name", "person__code")
    autocomplete_fields = ("cost_object", "person")
    fields = ("person", "cost_object", "task", "share", "valid")
