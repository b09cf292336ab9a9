"""What is written on the portal's own pages: its rows are only looked at here, and their history read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from finance.models import (
    AllocationShare,
    BudgetApproval,
    BudgetLine,
    BudgetVersion,
    FundingProposal,
    PeriodLock,
    PostingFlag,
    RuleCondition,
    VarianceComment,
)
from finance.models.scope import sees_everything
from vp_portal.core.registers import HistoryAdmin, LookOnly


class WholeSight(LookOnly, HistoryAdmin):
    """For who sees every row: what the rows are about may be sensitive."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_everything(request.user) and super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return sees_everything(request.user) and super().has_module_permission(request)


@admin.register(BudgetVersion)
class BudgetVersionAdmin(WholeSight):
    list_display = ("name", "kind", "year", "tertial", "state", "counts")
    list_filter = ("kind", "state", "year")
    search_fields = ("name",)
    fields = (
        ("name", "kind", "year", "tertial"),
        ("state", "counts", "decision_ref", "decided_on"),
        ("made_by", "made_at", "origin"),
        "comment",
        ("limit_percent", "limit_amount"),
    )


@admin.register(BudgetLine)
class BudgetLineAdmin(WholeSight):
    list_display = ("version", "period", "cost_centre", "cost_object", "account_group", "amount")
    list_select_related = ("version", "cost_centre", "cost_object", "account_group")
    search_fields = ("version__name",)
    fields = ("version", "period", ("cost_centre", "cost_object"), ("account_group", "amount"))


@admin.register(BudgetApproval)
class BudgetApprovalAdmin(WholeSight):
    list_display = ("version", "level", "unit", "due", "answer", "answered_by", "answered_at")
    list_select_related = ("version", "unit", "answered_by")
    search_fields = ("version__name",)
    fields = (("version", "level", "unit"), "due", ("answer", "answered_by", "answered_at"), "comment")


@admin.register(VarianceComment)
class VarianceCommentAdmin(WholeSight):
    list_display = ("version", "period", "unit", "cost_object", "made_by", "made_at")
    list_select_related = ("version", "unit", "cost_object", "made_by")
    search_fields = ("version__name",)
    fields = (("version", "period"), ("unit", "cost_object"), "text", ("outcome", "planned"), ("made_by", "made_at"))


@admin.register(FundingProposal)
class FundingProposalAdmin(WholeSight):
    list_display = ("cost_object", "first", "last", "state", "made_by", "made_at")
    list_select_related = ("cost_object", "made_by")
    list_filter = ("state",)
    search_fields = ("cost_object__name", "cost_object__code")
    fields = (
        ("cost_object", "first", "last"),
        ("state", "registry_no"),
        ("made_by", "made_at", "reason"),
        ("answered_by", "answered_at", "answer"),
    )


@admin.register(PostingFlag)
class PostingFlagAdmin(WholeSight):
    """Without the row's codes and amount, which have a page of their own, where it is traced who reads them."""

    list_display = ("id", "state", "made_by", "made_at", "ended_by", "ended_at")
    list_select_related = ("made_by", "ended_by")
    list_filter = ("state",)
    fields = (
        ("batch", "posting"),
        "wrong",
        ("to_account", "to_cost_centre", "to_project", "to_cost_object"),
        ("state", "made_by", "made_at"),
        ("ended_by", "ended_at", "answer"),
        ("found_batch", "found_posting"),
    )


@admin.register(PeriodLock)
class PeriodLockAdmin(WholeSight):
    list_display = ("period", "locked_by", "locked_at", "opened_by", "opened_at")
    list_select_related = ("locked_by", "opened_by")
    fields = ("period", ("locked_by", "locked_at", "reason"), ("opened_by", "opened_at", "opened_reason"))


class PartOfRule(LookOnly, HistoryAdmin):
    """Changed with its rule."""

    goes_with_its_whole = True

    list_select_related: tuple[str, ...] = ("rule",)
    search_fields = ("rule__name",)


@admin.register(RuleCondition)
class RuleConditionAdmin(PartOfRule):
    list_display = ("rule", "part", "operator", "low", "high")
    fields = ("rule", ("part", "operator", "low", "high"))


@admin.register(AllocationShare)
class AllocationShareAdmin(PartOfRule):
    list_display = ("rule", "cost_object", "share")
    list_select_related = ("rule", "cost_object")
    fields = ("rule", ("cost_object", "share"))
