from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import Role
from vp_portal.core.models import User
from vp_portal.core.registers import HistoryAdmin

VERBS = {"add": _("lägga till"), "change": _("ändra"), "delete": _("ta bort"), "view": _("se")}


class PermissionField(forms.ModelMultipleChoiceField):
    """Permissions in the users' words. Those of history tables follow the register's own."""

    def label_from_instance(self, obj: Permission) -> str:
        register = apps.get_model(obj.content_type.app_label, obj.content_type.model)._meta
        verb = VERBS.get(obj.codename.partition("_")[0], obj.name)
        return f"{register.app_config.verbose_name} – {register.verbose_name_plural}: {verb}"


class PermissionMixin:
    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Permission:
            known = [ContentType.objects.get_for_model(model).pk for model in admin.site._registry]
            ours = Permission.objects.filter(content_type__in=known).select_related("content_type")
            kwargs |= {"queryset": ours, "form_class": PermissionField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin


@admin.register(User)
class AccountAdmin(PermissionMixin, HistoryAdmin, UserAdmin):
    """Logins and their roles. The human being behind a login is a person of the catalogue."""

    form = UserChangeForm
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_staff", "is_superuser")
    history_list_display = ("username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody gives away, or takes, more than roles without being above them."""
        own = super().get_readonly_fields(request, obj)
        return own if request.user.is_superuser else (*own, "is_superuser", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who may set another's password could sign in as that account."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    @admin.display(description=_("roller"))
    def roles(self, obj: User) -> str:
        return ", ".join(role_label(group.name) for group in obj.groups.all())


def role_label(name: str) -> str:
    """A group that is a role has the role's code as its name."""
    return str(Role(name).label) if name in Role.values else name


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(PermissionMixin, GroupAdmin):
    """Roles and what each may do in the registers."""

    list_display = ("label", "name", "members")
    list_display_links = ("label", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("user"))

    @admin.display(description=_("roll"), ordering="name")
    def label(self, obj: Group) -> str:
        return role_label(obj.name)

    @admin.display(description=_("konton"), ordering="members")
    def members(self, obj: Any) -> int:
        return int(obj.members)
