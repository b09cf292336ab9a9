"""Files of the funding: sources, the income that shows them, and the shares of cost objects and projects."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from import_export.fields import Field

from finance.actions import funding
from finance.models import (
    Account,
    AccountGroup,
    ChartOfAccounts,
    FundingIncome,
    FundingShare,
    FundingSource,
    LedgerProject,
)
from finance.resources.registers import in_chart
from services.models import CostObject
from vp_portal.core.columns import Code
from vp_portal.core.resources import DatedResource, RegisterResource


class FundingSourceResource(RegisterResource):
    class Meta:
        model = FundingSource
        fields = ("code", "name", "position", "is_unfunded")
        import_id_fields = ("code",)


class ChartOfIncome(Field):
    """The chart that the group or the account of a line belongs to."""

    def __init__(self) -> None:
        super().__init__(attribute="chart", column_name="kontoplan", widget=Code(ChartOfAccounts), readonly=True)

    def get_value(self, instance: Any) -> Any:
        shown = instance.account or instance.account_group
        return shown and shown.chart


class FundingIncomeResource(RegisterResource):
    chart = ChartOfIncome()
    account_group = Field(
        attribute="account_group", column_name="kontogrupp", widget=Code(AccountGroup, within=in_chart)
    )
    account = Field(attribute="account", column_name="konto", widget=Code(Account, within=in_chart))

    class Meta:
        model = FundingIncome
        fields = ("source", "chart", "account_group", "account")
        import_id_fields = ("source", "account_group", "account")

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).select_related("account__chart", "account_group__chart")


class FundingShareResource(DatedResource):
    """A share a line; the lines of a cost object or project from the same day are one set.

    A set from a new day closes what held before, as on the page. When all lines are read, every day of those that the
    file names is whole, or none of it is stored.
    """

    class Meta:
        model = FundingShare
        fields = ("cost_object", "project", "source", "share", "valid_from", "valid_to", "registry_no")
        import_id_fields = ("cost_object", "project", "source", "valid_from")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self._lines: dict[funding.Target, tuple[int, dict[str, Any]]] = {}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """What can't be read is said with the line's other errors."""
        try:
            target = self.fields["cost_object"].clean(row) or self.fields["project"].clean(row)
            day = self.fields["valid_from"].clean(row)
        except ValueError:
            return
        if target and day:
            self._lines[target] = (kwargs["row_number"], row)
            self._close(target, day)

    def _close(self, target: funding.Target, day: Any) -> None:
        rows = FundingShare.objects.of(target)
        if rows.filter(valid__startswith=day).exists():
            return
        for before in rows.filter(valid__contains=day):
            before.valid = DateRange(before.valid.lower, day, "[)")
            before._change_reason = _("Ersatt av modellen från %s") % day  # type: ignore[attr-defined]  # simple_history's
            before.save()

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Said at the target's last line in the file, under the share."""
        if result.has_errors() or result.has_validation_errors():
            return
        parts = defaultdict(list)
        stored = FundingShare.objects.filter(
            cost_object__in=[target.pk for target in self._lines if isinstance(target, CostObject)]
        ) | FundingShare.objects.filter(
            project__in=[target.pk for target in self._lines if isinstance(target, LedgerProject)]
        )
        for share in stored.select_related("cost_object", "project"):
            parts[share.target].append((share.valid, share.share))
        for target, (number, row) in self._lines.items():
            if problem := funding.problem_of_days(parts[target]):
                error = ValidationError({"andel i procent": f"{target.code}: {problem}"})
                result.append_invalid_row(number, row, error)
