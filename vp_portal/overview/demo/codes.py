"""The demo's code strings and the rules that send cost to services and FO."""

from finance.choices import CodePart, MatchOperator
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ActivityCode,
    AllocationRule,
    AllocationShare,
    CostCentre,
    CostCentreUnit,
    Counterparty,
    Funder,
    ImportSource,
    LedgerProject,
    RuleCondition,
)
from services.models import CostObject, OrgUnit
from vp_portal.core.fields import WHOLE
from vp_portal.core.periods import Period
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.store import Store

#: The import source, and with it the chart of accounts, that the demo's files come from.
SOURCE = "universitetet"


def make_codes(store: Store, calendar: Calendar) -> None:
    chart = ImportSource.objects.select_related("chart").get(code=SOURCE).chart
    ranges = list(AccountRange.objects.filter(group__chart=chart).select_related("group"))
    store.save_all(
        Account,
        [
            Account(
                chart=chart,
                code=r["code"],
                name=r["name"],
                group=group_of(r["code"], ranges),
                is_distribution=bool(r["distribution"]),
            )
            for r in rows("demo/accounts")
        ],
    )
    for model, table in (
        (LedgerProject, "projects"),
        (ActivityCode, "activities"),
        (Funder, "funders"),
        (Counterparty, "counterparties"),
    ):
        store.save_all(model, [model(code=r["code"], name=r["name"]) for r in rows(f"demo/{table}")])
    _cost_centres(store, calendar)


def group_of(account: str, ranges: list[AccountRange]) -> AccountGroup | None:
    """The group whose range holds the account's first characters."""
    for bounds in ranges:
        if bounds.low <= account[: len(bounds.low)] <= bounds.high:
            return bounds.group
    return None


def _cost_centres(store: Store, calendar: Calendar) -> None:
    table = rows("demo/cost_centres")
    units = {unit.code: unit for unit in OrgUnit.objects.all()}
    names = {row["code"]: row["name"] for row in table}
    made = store.save_all(CostCentre, [CostCentre(code=code, name=name) for code, name in names.items()])
    centres = {centre.code: centre for centre in made}
    store.save_all(
        CostCentreUnit,
        [CostCentreUnit(cost_centre=centres[r["code"]], unit=units[r["unit"]], valid=calendar.valid(r)) for r in table],
    )


def make_rules(store: Store, calendar: Calendar) -> None:
    """Rules in the order of the table: the first that matches wins, so the narrow ones stand first."""
    table = rows("demo/rules")
    chart = ImportSource.objects.select_related("chart").get(code=SOURCE).chart
    targets = {target.code: target for target in CostObject.objects.all()}
    made = store.save_all(
        AllocationRule,
        [
            AllocationRule(
                name=r["name"],
                priority=place * 10,
                chart=chart,
                first_period=_period(calendar, r["first"]),
                last_period=_period(calendar, r["last"]),
            )
            for place, r in enumerate(table, start=1)
        ],
    )
    conditions = []
    for rule, row in zip(made, table, strict=True):
        for part in CodePart:
            conditions += [_condition(rule, part, text) for text in row[part.value].split("|") if text]
    store.save_all(RuleCondition, conditions)
    store.save_all(
        AllocationShare,
        [
            AllocationShare(rule=rule, cost_object=targets[row["cost_object"]], share=WHOLE)
            for rule, row in zip(made, table, strict=True)
        ],
    )


def _period(calendar: Calendar, text: str) -> Period | None:
    day = calendar.day(text)
    return Period.of(day) if day else None


def _condition(rule: AllocationRule, part: CodePart, text: str) -> RuleCondition:
    """`57*` begins with, `4011-4999` lies in, `-` is empty, anything else is exactly that."""
    operator, low, high = MatchOperator.EXACT, text, ""
    if text == "-":
        operator, low = MatchOperator.EMPTY, ""
    elif text.endswith("*"):
        operator, low = MatchOperator.PREFIX, text.removesuffix("*")
    elif "-" in text:
        operator = MatchOperator.RANGE
        low, high = text.split("-")
    return RuleCondition(rule=rule, part=part, operator=operator, low=low, high=high)
