"""The file of the allocation rules: a rule a line, with its conditions and shares in words."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field

from finance.actions import rules
from finance.choices import AllocationMethod, CodePart, MatchOperator, RowPart
from finance.models import AllocationRule, AllocationShare, RuleCondition
from finance.models.rule import LIST_SEPARATOR, SEPARATOR, listed
from services.models import CostObject
from vp_portal.core.columns import Text
from vp_portal.core.fields import WHOLE
from vp_portal.core.resources import RegisterResource

EMPTY = "(tomt)"
BETWEEN = ".."
ANY = "|"
#: Between cost objects: no code has it, and a decimal comma can stand in a share.
BETWEEN_SHARES = ";"


def pattern_of(condition: RuleCondition) -> str:
    """A condition as a cell holds it: `1010`, `50*`, `4011..4999`, `1010|1020`, `*moln*` or `(tomt)`."""
    return {
        MatchOperator.EXACT: condition.low,
        MatchOperator.PREFIX: f"{condition.low}*",
        MatchOperator.CONTAINS: f"*{condition.low}*",
        MatchOperator.RANGE: f"{condition.low}{BETWEEN}{condition.high}",
        MatchOperator.LIST: condition.low.replace(LIST_SEPARATOR, ANY),
        MatchOperator.EMPTY: EMPTY,
    }[MatchOperator(condition.operator)]


def condition_of(part: CodePart | RowPart, pattern: str) -> RuleCondition:
    if pattern == EMPTY:
        return RuleCondition(part=part, operator=MatchOperator.EMPTY)
    if len(pattern) > 2 and pattern.startswith("*") and pattern.endswith("*"):
        return RuleCondition(part=part, operator=MatchOperator.CONTAINS, low=pattern[1:-1])
    if pattern.endswith("*"):
        return RuleCondition(part=part, operator=MatchOperator.PREFIX, low=pattern[:-1])
    if part in RowPart.values:
        return RuleCondition(part=part, operator=MatchOperator.EXACT, low=pattern)
    if ANY in pattern:
        return RuleCondition(part=part, operator=MatchOperator.LIST, low=listed(pattern.replace(ANY, LIST_SEPARATOR)))
    low, between, high = pattern.partition(BETWEEN)
    operator = MatchOperator.RANGE if between else MatchOperator.EXACT
    return RuleCondition(part=part, operator=operator, low=low, high=high)


class Patterns(Field):
    """The conditions of a rule on one part of the code string, or on what the posting says: patterns with commas
    between, of texts with semicolons: a supplier's name may have a comma. Blank: anything."""

    def __init__(self, part: CodePart | RowPart) -> None:
        super().__init__(attribute=f"patterns_{part.value}", column_name=str(part.label).lower(), widget=Text())
        self.part = part
        self.between = SEPARATOR if part in RowPart.values else ","

    def get_value(self, instance: Any) -> str:
        if hasattr(instance, self.attribute):
            return str(getattr(instance, self.attribute))
        return f"{self.between} ".join(sorted(pattern_of(c) for c in _stored(instance) if c.part == self.part))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT002  # as above
        patterns = {text.strip() for text in self.clean(row).split(self.between)} - {""}
        setattr(instance, self.attribute, f"{self.between} ".join(sorted(patterns)))

    def conditions(self, instance: Any) -> list[RuleCondition]:
        patterns = self.get_value(instance).split(f"{self.between} ")
        return [condition_of(self.part, pattern) for pattern in patterns if pattern]


class Recipients(Field):
    """The cost objects that get a rule's cost, with semicolons between: `MAIL`, `MAIL 60; STORE 40` or `MAIL; STORE`.

    One alone with fixed shares gets the whole.
    """

    def get_value(self, instance: Any) -> str:
        if hasattr(instance, self.attribute):
            return str(getattr(instance, self.attribute))
        shares = sorted(instance.shares.all(), key=lambda share: share.cost_object.code) if instance.pk else []
        return "; ".join(_written(share.cost_object.code, share.share) for share in shares)

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:  # noqa: FBT002  # as above
        texts = [" ".join(text.split()) for text in str(self.clean(row) or "").split(BETWEEN_SHARES)]
        setattr(instance, self.attribute, "; ".join(sorted(text for text in texts if text)))

    def shares(self, instance: Any) -> list[tuple[CostObject, Decimal | None]]:
        """Raises ValidationError for a code that is unknown or stands twice, and for what is no per cent."""
        found: dict[CostObject, Decimal | None] = {}
        for text in filter(None, self.get_value(instance).split(f"{BETWEEN_SHARES} ")):
            code, _blank, share = text.partition(" ")
            target = CostObject.objects.filter(code=code).first()
            if target is None:
                raise ValidationError(_("Kostnadsbärare med koden ”%s” finns inte.") % code)
            if target in found:
                raise ValidationError(_("Kostnadsbäraren ”%s” står två gånger.") % code)
            found[target] = _share_of(share)
        if len(found) == 1 and instance.method == AllocationMethod.FIXED:
            found = {target: WHOLE if share is None else share for target, share in found.items()}
        return list(found.items())


def _written(code: str, share: Decimal | None) -> str:
    return code if share is None or share == WHOLE else f"{code} {share.normalize():f}".replace(".", ",")


def _share_of(text: str) -> Decimal | None:
    """`60`, `33,3333` or `60 %`. None when there is none."""
    if not text:
        return None
    try:
        share = Decimal(text.removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValidationError(_("”%s” är ingen andel. Skriv till exempel 33,3333.") % text) from None
    if not share.is_finite() or share != share.quantize(Decimal("0.0001")) or not 0 < share <= WHOLE:
        raise ValidationError(_("En andel är över 0 och högst 100 procent, med högst fyra decimaler."))
    return share


def _stored(rule: AllocationRule) -> Iterable[RuleCondition]:
    return rule.conditions.all() if rule.pk else ()


class AllocationRuleResource(RegisterResource):
    """A rule a line, with its cost objects and one column for each part that a condition can be about."""

    cost_object = Recipients(attribute="new_recipients", column_name="kostnadsbärare", widget=Text())
    account = Patterns(CodePart.ACCOUNT)
    cost_centre = Patterns(CodePart.COST_CENTRE)
    project = Patterns(CodePart.PROJECT)
    activity = Patterns(CodePart.ACTIVITY)
    funder = Patterns(CodePart.FUNDER)
    text = Patterns(RowPart.TEXT)
    supplier = Patterns(RowPart.SUPPLIER)
    counterparty = Patterns(RowPart.COUNTERPARTY)

    PARTS = ("account", "cost_centre", "project", "activity", "funder", "text", "supplier", "counterparty")

    class Meta:
        model = AllocationRule
        fields = (
            "priority",
            "name",
            "chart",
            "first_period",
            "last_period",
            "is_active",
            "method",
            "driver",
            "passes_on",
            "cost_object",
            "account",
            "cost_centre",
            "project",
            "activity",
            "funder",
            "text",
            "supplier",
            "counterparty",
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
        conditions, shares = [], []
        for field in (self.fields[name] for name in self.PARTS):
            try:
                for condition in field.conditions(instance):
                    condition.full_clean(exclude=["rule"])
                    conditions.append(condition)
            except ValidationError as found:
                errors[field.column_name] = ValidationError(found.messages)
        try:
            shares = self.fields["cost_object"].shares(instance)
        except ValidationError as found:
            errors["kostnadsbärare"] = found
        if not errors:
            whole = rules.Whole(instance, frozenset(map(rules.key_of, conditions)), shares)
            if problems := rules.problems(whole):
                errors["kostnadsbärare"] = ValidationError(problems)
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
        self._share(instance)

    def _share(self, instance: Any) -> None:
        """Fewer first: the shares are whole when all is done, and the database looks then."""
        wanted = dict(self.fields["cost_object"].shares(instance))
        for row in instance.shares.select_related("cost_object"):
            if row.cost_object not in wanted:
                row.delete()
            elif row.share != (part := wanted.pop(row.cost_object)):
                row.share = part
                row.save()
        for target, part in wanted.items():
            AllocationShare.objects.create(rule=instance, cost_object=target, share=part)
