from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from import_export.results import Result

from finance import resources
from finance.actions import allocation
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ChartOfAccounts,
    SensitiveRange,
)
from finance.models.scope import sees_everything
from vp_portal.core import access
from vp_portal.core.admin_traces import AuditedAdmin, ReasonAdmin, ReasonForm
from vp_portal.core.forms import RegisterForm, RowFormSet
from vp_portal.core.registers import RegisterAdmin, RowInline


@admin.register(ChartOfAccounts)
class ChartOfAccountsAdmin(RegisterAdmin):
    resource_classes = [resources.ChartOfAccountsResource]
    list_display = ("name", "code")
    search_fields = ("name", "code")
    fields = ("code", "name")


class RangeForm(RegisterForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.compared_by_form = True


class RangeFormSet(RowFormSet):
    """Ranges of one group, saved together: one can be cut in two in the same go."""

    def clean(self) -> None:
        super().clean()
        kept = [f for f in self.forms if f.is_valid() and f.instance.low and not self._should_delete_form(f)]  # type: ignore[attr-defined]  # Django's own
        for index, form in enumerate(kept):
            if any(form.instance.overlaps(other.instance) for other in kept[:index]):
                form.add_error("low", ValidationError(_("Överlappar ett annat intervall i gruppen.")))


class RangeInline(RowInline):
    model = AccountRange
    form = RangeForm
    formset = RangeFormSet
    fields = ("low", "high")
    show_change_link = True


@admin.register(AccountGroup)
class AccountGroupAdmin(RegisterAdmin):
    resource_classes = [resources.AccountGroupResource]
    list_display = ("name", "code", "chart", "kind", "ranges", "position")
    list_select_related = ("chart",)
    list_filter = ("chart", "kind")
    search_fields = ("name", "code")
    autocomplete_fields = ("chart",)
    fieldsets = [
        (None, {"fields": ("chart", "code", "name")}),
        (_("Så används den"), {"fields": ("kind", "position")}),
    ]
    inlines = [RangeInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("ranges")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and "kind" in form.changed_data:
            allocation.follow_kinds()

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if not (result.has_errors() or result.has_validation_errors()):
            allocation.follow_kinds()
        return super().process_result(result, request)

    @admin.display(description=_("intervall"))
    def ranges(self, obj: AccountGroup) -> str:
        return ", ".join(str(each) for each in obj.ranges.all())


@admin.register(AccountRange)
class AccountRangeAdmin(RegisterAdmin):
    resource_classes = [resources.AccountRangeResource]
    list_display = ("__str__", "group", "chart")
    list_select_related = ("group__chart",)
    list_filter = ("group__chart",)
    search_fields = ("low", "high", "group__name", "group__code")
    autocomplete_fields = ("group",)
    fields = ("group", ("low", "high"))

    @admin.display(description=_("kontoplan"), ordering="group__chart__name")
    def chart(self, obj: AccountRange) -> ChartOfAccounts:
        return obj.group.chart


class FollowsRanges(RegisterAdmin):
    """A register that decides how sensitive accounts are: after a change, accounts and sums follow at once."""

    def follow(self, request: HttpRequest) -> None:
        user: Any = request.user
        changed = allocation.follow_sensitive_ranges(by=user, at=access.now())
        if changed:
            text = ngettext(
                "%d konto har fått en annan känslighet.", "%d konton har fått en annan känslighet.", changed
            )
            messages.success(request, text % changed)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.follow(request)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self.follow(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        self.follow(request)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        if not (result.has_errors() or result.has_validation_errors()):
            self.follow(request)
        return super().process_result(result, request)


class SensitiveRangeForm(ReasonForm, RegisterForm):
    """A range, and why it is made or changed."""


@admin.register(SensitiveRange)
class SensitiveRangeAdmin(AuditedAdmin, ReasonAdmin, FollowsRanges):
    """Changed by those who see sensitive rows. Whoever else opened a range would open the rows to themselves."""

    form = SensitiveRangeForm
    resource_classes = [resources.SensitiveRangeResource]
    list_display = ("__str__", "chart", "sensitivity", "note")
    list_select_related = ("chart",)
    list_filter = ("chart", "sensitivity")
    search_fields = ("low", "high", "note")
    autocomplete_fields = ("chart",)
    fields = ("chart", ("low", "high"), "sensitivity", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return sees_everything(request.user) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user) and super().has_delete_permission(request, obj)


@admin.register(Account)
class AccountAdmin(FollowsRanges):
    resource_classes = [resources.AccountResource]
    list_display = ("code", "name", "group", "chart", "sensitivity", "is_distribution")
    list_display_links = ("code", "name")
    list_select_related = ("group", "chart")
    list_filter = ("chart", "sensitivity", "is_distribution", ("group", admin.EmptyFieldListFilter), "group__kind")
    search_fields = ("code", "name")
    autocomplete_fields = ("chart", "group")
    fields = ("chart", "code", "name", "group", "is_distribution", "sensitivity")

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> Any:
        """A booked account keeps its code: with another, its rows would leave the sensitive ranges."""
        own = (*super().get_readonly_fields(request, obj), "sensitivity")
        return own if obj is None else (*own, "chart", "code")
