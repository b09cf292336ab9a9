"""Files of the money's registers. Ledger files are another matter: see `finance/importing/`."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field

from finance.choices import CodePart, MatchOperator
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ActivityCode,
    AllocationRule,
    AllocationShare,
    ChartOfAccounts,
    CostCentre,
    CostCentreUnit,
    Counterparty,
    Funder,
    ImportProfile,
    ImportSource,
    LedgerProject,
    RuleCondition,
    SensitiveRange,
)
from services.models import CostObject
from vp_portal.core.columns import Code, Text
from vp_portal.core.resources import DatedResource, RegisterResource

EMPTY = "(tomt)"
BETWEEN = ".."


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


def pattern_of(condition: RuleCondition) -> str:
    """A condition as a cell holds it: `1010`, `50*`, `4011..4999` or `(tomt)`."""
    return {
        MatchOperator.EXACT: condition.low,
        MatchOperator.PREFIX: f"{condition.low}*",
        MatchOperator.RANGE: f"{condition.low}{BETWEEN}{condition.high}",
        MatchOperator.EMPTY: EMPTY,
    }[MatchOperator(condition.operator)]


def condition_of(part: CodePart, pattern: str) -> RuleCondition:
    if pattern == EMPTY:
        return RuleCondition(part=part, operator=MatchOperator.EMPTY)
    if pattern.endswith("*"):
        return RuleCondition(part=part, operator=MatchOperator.PREFIX, low=pattern[:-1])
    low, between, high = pattern.partition(BETWEEN)
    operator = MatchOperator.RANGE if between else MatchOperator.EXACT
    return RuleCondition(part=part, operator=operator, low=low, high=high)


class Patterns(Field):
    """The conditions of a rule on one part of the code string: patterns with commas between. Blank: anything."""

    def __init__(self, part: CodePart) -> None:
        super().__init__(attribute=f"patterns_{part.value}", column_name=str(part.label).lower(), widget=Text())
        self.part = part

    def get_value(self, instance: Any) -> str:
        if hasattr(instance, self.attribute):
            return str(getattr(instance, self.attribute))
        return ", ".join(sorted(pattern_of(c) for c in _stored(instance) if c.part == self.part))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT002  # as above
        patterns = {text.strip() for text in self.clean(row).split(",")} - {""}
        setattr(instance, self.attribute, ", ".join(sorted(patterns)))

    def conditions(self, instance: Any) -> list[RuleCondition]:
        return [condition_of(self.part, pattern) for pattern in self.get_value(instance).split(", ") if pattern]


class Recipient(Field):
    """The cost object that gets a rule's cost."""

    def get_value(self, instance: Any) -> Any:
        if hasattr(instance, "new_recipient"):
            return instance.new_recipient
        shares = list(instance.shares.all()) if instance.pk else []
        return shares[0].cost_object if shares else None

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT002  # as above
        instance.new_recipient = self.clean(row)


def _stored(rule: AllocationRule) -> Iterable[RuleCondition]:
    return rule.conditions.all() if rule.pk else ()


class AllocationRuleResource(RegisterResource):
    """A rule a line, with its cost object and one column for each part of the code string."""

    cost_object = Recipient(attribute="new_recipient", column_name="kostnadsbärare", widget=Code(CostObject))
    account = Patterns(CodePart.ACCOUNT)
    cost_centre = Patterns(CodePart.COST_CENTRE)
    project = Patterns(CodePart.PROJECT)
    activity = Patterns(CodePart.ACTIVITY)
    funder = Patterns(CodePart.FUNDER)

    PARTS = ("account", "cost_centre", "project", "activity", "funder")

    class Meta:
        model = AllocationRule
        fields = (
            "priority",
            "name",
            "chart",
            "first_period",
            "last_period",
            "is_active",
            "cost_object",
            "account",
            "cost_centre",
            "project",
            "activity",
            "funder",
        )
        import_id_fields = ("priority",)

    def filter_export(self, queryset: Any, **kwargs: Any) -> Any:
        return super().filter_export(queryset, **kwargs).prefetch_related("conditions", "shares__cost_object")

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,  # noqa: FBT002  # the package's signature
    ) -> None:
        errors = dict(import_validation_errors or {})
        if self.fields["cost_object"].get_value(instance) is None and "new_recipient" not in errors:
            errors["kostnadsbärare"] = ValidationError(_("Regeln ska ha en kostnadsbärare."))
        for field in (self.fields[name] for name in self.PARTS):
            try:
                for condition in field.conditions(instance):
                    condition.full_clean(exclude=["rule"])
            except ValidationError as found:
                errors[field.column_name] = ValidationError(found.messages)
        super().validate_instance(instance, errors, validate_unique)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """The rule's conditions and share become those of the line; what stays the same is not touched."""
        stored = {(c.part, pattern_of(c)): c for c in _stored(instance)}
        wanted = {(c.part, pattern_of(c)): c for name in self.PARTS for c in self.fields[name].conditions(instance)}
        for key in stored.keys() - wanted.keys():
            stored[key].delete()
        for key in wanted.keys() - stored.keys():
            wanted[key].rule = instance
            wanted[key].save()
        share = instance.shares.first() or AllocationShare(rule=instance)
        recipient = self.fields["cost_object"].get_value(instance)
        if share.cost_object_id != recipient.pk:
            share.cost_object = recipient
            share.save()
