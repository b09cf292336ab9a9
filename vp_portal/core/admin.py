from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vp_portal.core import access, audit, roles
from vp_portal.core.access import GrantOrigin, Role
from vp_portal.core.admin_guard import GuardedAdmin
from vp_portal.core.admin_traces import AuditedAdmin, ReasonAdmin, ReasonForm
from vp_portal.core.choices import AuditEvent
from vp_portal.core.forms import RegisterForm
from vp_portal.core.models import DirectoryRole, RoleGrant, User
from vp_portal.core.registers import DatedMixin, HistoryAdmin, LookOnly, ValidFilter
from vp_portal.core.signin.account_actions import AccountActions

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


class HeldRoleFilter(admin.SimpleListFilter):
    """Accounts that hold a role today."""

    title = _("roll")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in Role.values:
            return queryset
        held = RoleGrant.objects.on(access.today()).filter(role=self.value())
        return queryset.filter(pk__in=held.values("user"))


class RoleGrantInline(LookOnly, DatedMixin, admin.TabularInline):
    """An account's roles, those of the past too. They are given and taken in their own register, with a reason."""

    model = RoleGrant
    fields = readonly_fields = ("role", "validity", "origin", "reason")
    show_change_link = True
    extra = 0


class AccountForm(ReasonForm, UserChangeForm):
    """An account, and why it is changed."""


@admin.register(User)
class AccountAdmin(AuditedAdmin, ReasonAdmin, AccountActions, HistoryAdmin, UserAdmin):
    """Logins. The human being behind a login is a person of the catalogue."""

    form = AccountForm
    audit_event = AuditEvent.ACCOUNT_CHANGED
    asks_when_added = False
    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "is_superuser", "last_login")
    list_filter = (HeldRoleFilter, "is_active", "is_superuser")
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ("username", "password")}),
        (_("Personuppgifter"), {"fields": ("first_name", "last_name", "email")}),
        (_("Tillgång"), {"fields": ("is_active", "is_superuser")}),
        (_("Datum"), {"fields": ("last_login", "date_joined")}),
    ]
    history_list_display = ("username",)

    actions = ["end_sessions", "remove_second_factor", "make_password_link"]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return [RoleGrantInline] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        held = Prefetch("role_grants", RoleGrant.objects.on(access.today()).order_by("role"), to_attr="held")
        return super().get_queryset(request).prefetch_related(held)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody makes an account more than an administrator without being above one; nobody dates the past."""
        own = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        return own if request.user.is_superuser else (*own, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who may set another's password could sign in as that account."""
        if obj is None or request.user.is_superuser:
            return super().has_change_permission(request, obj)
        # An earlier version of the account may tell otherwise than the account itself.
        above = obj.is_superuser or User.objects.filter(pk=obj.pk, is_superuser=True).exists()
        return super().has_change_permission(request, obj) and not above

    @admin.display(description=_("roller"))
    def roles(self, obj: Any) -> str:
        return ", ".join(str(grant.get_role_display()) for grant in obj.held)


class GrantForm(RegisterForm):
    """A role from–to. Why is asked for: it is what an auditor reads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


@admin.register(RoleGrant)
class RoleGrantAdmin(HistoryAdmin):
    """Who holds which role from–to. A role is ended, not erased."""

    form = GrantForm
    list_display = ("user", "role", "validity", "origin", "reason")
    list_filter = (ValidFilter, "role", "origin")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ("user",)
    fields = ("user", "role", "valid", "reason", "origin")
    actions = ["withdraw_now"]

    def get_readonly_fields(self, request: HttpRequest, obj: RoleGrant | None = None) -> Any:
        """A grant stays the grant of one role to one account."""
        own = super().get_readonly_fields(request, obj)
        return (*own, "user", "role", "origin") if obj else (*own, "origin")

    def has_change_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        """What the directory gives is taken in the directory."""
        given_elsewhere = obj is not None and obj.origin == GrantOrigin.DIRECTORY
        return super().has_change_permission(request, obj) and not given_elsewhere

    def has_delete_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        obj._change_reason = obj.reason  # type: ignore[attr-defined]  # where simple_history looks for it
        super().save_model(request, obj, form, change)
        roles.tell(obj, "changed" if change else "given", request=request)

    @admin.action(description=_("Dra in rollen från och med i dag"), permissions=["change"])
    def withdraw_now(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - the right to change was asked for
        ended = 0
        for row in queryset.filter(origin=GrantOrigin.MANUAL).select_related("user"):
            reason = gettext("Indragen i administrationen.")
            ended += roles.withdraw(
                row.user,
                Role(row.role),
                on=access.today(),
                by=request.user,
                reason=reason,
                origin=GrantOrigin.MANUAL,
                request=request,
            )
        if ended < queryset.count():
            messages.warning(request, gettext("Det som katalogen ger eller som redan är slut är oförändrat."))
        messages.success(request, ngettext("%d roll är indragen.", "%d roller är indragna.", ended) % ended)


@admin.register(DirectoryRole)
class DirectoryRoleAdmin(AuditedAdmin, HistoryAdmin):
    """Which groups of the university's directory may sign in, and the roles that they give."""

    list_display = ("group", "role")
    list_filter = ("role",)
    search_fields = ("group",)


def role_label(name: str) -> str:
    """A group that is a role has the role's code as its name."""
    return str(Role(name).label) if name in Role.values else name


admin.site.unregister(Group)


class RoleForm(ReasonForm, forms.ModelForm):
    """What a role may, and why that is changed."""


@admin.register(Group)
class RoleAdmin(PermissionMixin, AuditedAdmin, ReasonAdmin, GuardedAdmin, GroupAdmin):
    """Roles and what each may do in the registers. Django's groups have no history: the audit log says what and why."""

    form = RoleForm
    list_display = ("label", "name", "members")
    list_display_links = ("label", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        held = RoleGrant.objects.on(access.today()).filter(role=OuterRef("name")).order_by()
        count = held.values("role").annotate(count=Count("pk")).values("count")
        return super().get_queryset(request).annotate(members=Coalesce(Subquery(count), 0))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = self._rights(form.instance)
        super().save_related(request, form, formsets, change)
        given, taken = self._rights(form.instance) - before, before - self._rights(form.instance)
        for what, rights in (("given", given), ("withdrawn", taken)):
            if rights:
                facts = {"what": what, "rights": rights, "reason": form.cleaned_data.get("change_reason", "")}
                audit.record(AuditEvent.RIGHTS_CHANGED, request=request, target=form.instance, **facts)

    @staticmethod
    def _rights(group: Group) -> set[str]:
        held = group.permissions.select_related("content_type")
        return {f"{right.content_type.app_label}.{right.codename}" for right in held}

    @admin.display(description=_("roll"), ordering="name")
    def label(self, obj: Group) -> str:
        return role_label(obj.name)

    @admin.display(description=_("konton"), ordering="members")
    def members(self, obj: Any) -> int:
        return int(obj.members)
