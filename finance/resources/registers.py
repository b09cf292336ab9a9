"""Files of the money's registers. Ledger files are another matter: see `finance/importing/`."""

from typing import Any

from import_export.fields import Field

from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ActivityCode,
    ChartOfAccounts,
    Consumer,
    CostCentre,
    CostCentreUnit,
    Counterparty,
    Driver,
    DriverValue,
    Funder,
    HeaderName,
    ImportProfile,
    ImportSource,
    LedgerProject,
    SensitiveRange,
)
from vp_portal.core.columns import Code
from vp_portal.core.resources import DatedResource, RegisterResource


def in_chart(row: dict[str, Any]) -> dict[str, Any]:
    return {"chart__code": row.get("kontoplan")}


class ChartOfAccountsResource(RegisterResource):
    class Meta:
        model = ChartOfAccounts
        fields = ("code", "name")
        import_id_fields = ("code",)


class AccountGroupResource(RegisterResource):
    class Meta:
        model = AccountGroup
        fields = ("chart", "code", "name", "kind", "position")
        import_id_fields = ("chart", "code")


class AccountRangeResource(RegisterResource):
    chart = Field(attribute="group__chart", column_name="kontoplan", widget=Code(ChartOfAccounts), readonly=True)
    group = Field(attribute="group", column_name="kontogrupp", widget=Code(AccountGroup, within=in_chart))

    class Meta:
        model = AccountRange
        fields = ("chart", "group", "low", "high")
        import_id_fields = ("group", "low")

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).select_related("group__chart")


class SensitiveRangeResource(RegisterResource):
    class Meta:
        model = SensitiveRange
        fields = ("chart", "low", "high", "sensitivity", "note")
        import_id_fields = ("chart", "low", "high")


class AccountResource(RegisterResource):
    group = Field(attribute="group", column_name="kontogrupp", widget=Code(AccountGroup, within=in_chart))

    class Meta:
        model = Account
        fields = ("chart", "code", "name", "group", "is_distribution")
        import_id_fields = ("chart", "code")


class CostCentreResource(RegisterResource):
    class Meta:
        model = CostCentre
        fields = ("code", "name")
        import_id_fields = ("code",)


class CostCentreUnitResource(DatedResource):
    class Meta:
        model = CostCentreUnit
        fields = ("cost_centre", "unit", "valid_from", "valid_to")
        import_id_fields = ("cost_centre", "valid_from")


class LedgerProjectResource(RegisterResource):
    class Meta:
        model = LedgerProject
        fields = ("code", "name")
        import_id_fields = ("code",)


class ActivityCodeResource(RegisterResource):
    class Meta:
        model = ActivityCode
        fields = ("code", "name")
        import_id_fields = ("code",)


class FunderResource(RegisterResource):
    class Meta:
        model = Funder
        fields = ("code", "name")
        import_id_fields = ("code",)


class CounterpartyResource(RegisterResource):
    class Meta:
        model = Counterparty
        fields = ("code", "name")
        import_id_fields = ("code",)


class ImportSourceResource(RegisterResource):
    class Meta:
        model = ImportSource
        fields = (
            "code",
            "name",
            "chart",
            "is_default",
            "most_negative",
            "far_months",
            "large_times",
            "large_from",
            "large_rows",
        )
        import_id_fields = ("code",)


class ImportProfileResource(RegisterResource):
    class Meta:
        model = ImportProfile
        fields = (
            "code",
            "name",
            "source",
            "columns",
            "decimal_mark",
            "encoding",
            "separator",
            "scale",
            "sign",
            "debit_credit",
            "sheet",
            "dimensions",
        )
        import_id_fields = ("code",)


class HeaderNameResource(RegisterResource):
    class Meta:
        model = HeaderName
        fields = ("name", "role")
        import_id_fields = ("name",)


class DriverResource(RegisterResource):
    class Meta:
        model = Driver
        fields = ("code", "name", "unit")
        import_id_fields = ("code",)


class ConsumerResource(RegisterResource):
    class Meta:
        model = Consumer
        fields = ("code", "name")
        import_id_fields = ("code",)


class DriverValueResource(RegisterResource):
    """A file may lack the column of consumers: its values are those of whole cost objects."""

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        header = self.fields["consumer"].column_name
        if header not in dataset.headers:
            dataset.append_col([""] * dataset.height, header=header)

    class Meta:
        model = DriverValue
        fields = ("driver", "cost_object", "consumer", "period", "value")
        import_id_fields = ("driver", "cost_object", "consumer", "period")
