from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from finance import resources
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ChartOfAccounts,
)
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
    list_display = ("name", "code", "chart", "kind", "is_sensitive", "ranges", "position")
    list_select_related = ("chart",)
    list_filter = ("chart", "kind", "is_sensitive")
    search_fields = ("name", "code")
    autocomplete_fields = ("chart",)
    fieldsets = [
        (None, {"fields": ("chart", "code", "name")}),
        (_("Så används den"), {"fields": ("kind", "is_sensitive", "position")}),
    ]
    inlines = [RangeInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("ranges")

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


@admin.register(Account)
class AccountAdmin(RegisterAdmin):
    resource_classes = [resources.AccountResource]
    list_display = ("code", "name", "group", "chart", "is_distribution")
    list_display_links = ("code", "name")
    list_select_related = ("group", "chart")
    list_filter = ("chart", "is_distribution", ("group", admin.EmptyFieldListFilter), "group__kind")
    search_fields = ("code", "name")
    autocomplete_fields = ("chart", "group")
    fields = ("chart", "code", "name", "group", "is_distribution")
