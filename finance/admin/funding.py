from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from finance import resources
from finance.actions import funding
from finance.models import FundingIncome, FundingShare, FundingSource
from vp_portal.core.forms import RegisterForm
from vp_portal.core.registers import RegisterAdmin, RowInline, ValidFilter


class IncomeInline(RowInline):
    model = FundingIncome
    fields = ("account_group", "account")
    autocomplete_fields = ("account_group", "account")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account_group", "account")


@admin.register(FundingSource)
class FundingSourceAdmin(RegisterAdmin):
    """Where money comes from, with the income that shows it."""

    resource_classes = [resources.FundingSourceResource]
    list_display = ("position", "name", "code", "is_unfunded", "shown_by")
    list_display_links = ("name",)
    list_filter = ("is_unfunded",)
    search_fields = ("code", "name")
    fields = (("code", "position"), "name", "is_unfunded")
    inlines = [IncomeInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        incomes = Prefetch("incomes", FundingIncome.objects.select_related("account_group", "account"))
        return super().get_queryset(request).prefetch_related(incomes)

    @admin.display(description=_("intäkterna syns på"))
    def shown_by(self, obj: FundingSource) -> str:
        return ", ".join(str(income) for income in obj.incomes.all())


@admin.register(FundingIncome)
class FundingIncomeAdmin(RegisterAdmin):
    """What shows a source's income, one account or group a line, for files."""

    resource_classes = [resources.FundingIncomeResource]
    list_display = ("source", "account_group", "account")
    list_display_links = ("source",)
    list_select_related = ("source", "account_group", "account")
    list_filter = ("source",)
    search_fields = ("source__name", "account__code", "account_group__name")
    autocomplete_fields = ("source", "account_group", "account")
    fields = ("source", "account_group", "account")


class ShareForm(RegisterForm):
    """One share among those of its cost object or project: beside them it has to be whole."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        target = given.get("cost_object") or given.get("project")
        if target and given.get("valid") and given.get("share"):
            others = FundingShare.objects.of(target).exclude(pk=self.instance.pk).values_list("valid", "share")
            if problem := funding.problem_of_days([*others, (given["valid"], given["share"])]):
                words = _("Flera andelar ändras tillsammans på sidan för finansieringen.")
                self.add_error("share", f"{problem} {words}")
        return given


@admin.register(FundingShare)
class FundingShareAdmin(RegisterAdmin):
    """The shares, one a line. A whole set is changed on the page of the funding, or by a file."""

    form = ShareForm
    resource_classes = [resources.FundingShareResource]
    list_display = ("target", "source", "share", "validity", "registry_no")
    list_display_links = ("target",)
    list_select_related = ("cost_object", "project", "source")
    list_filter = (ValidFilter, "source")
    search_fields = ("cost_object__code", "cost_object__name", "project__code", "project__name", "registry_no")
    autocomplete_fields = ("cost_object", "project", "source")
    fields = (("cost_object", "project"), ("source", "share"), "valid", "registry_no")

    @admin.display(description=_("vad"))
    def target(self, obj: FundingShare) -> str:
        return str(obj.target)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One share taken away is a model that isn't whole."""
        return False
