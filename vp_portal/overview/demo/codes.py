"""The demo's code strings and the rules that send cost to services and FO."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from finance.actions import allocation
from finance.choices import AllocationMethod, CodePart, MatchOperator, RowPart
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ActivityCode,
    AllocationRule,
    AllocationShare,
    Consumer,
    CostCentre,
    CostCentreUnit,
    Counterparty,
    Driver,
    DriverValue,
    Funder,
    ImportSource,
    LedgerProject,
    RuleCondition,
)
from services.models import CostObject, OrgUnit
from vp_portal.core.fields import WHOLE
from vp_portal.core.models import User
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
    drivers = _drivers(store, calendar, targets)
    made = store.save_all(
        AllocationRule,
        [
            AllocationRule(
                name=r["name"],
                priority=place * 10,
                chart=chart,
                first_period=_period(calendar, r["first"]),
                last_period=_period(calendar, r["last"]),
                is_active=not r["draft"],
                passes_on=targets[r["passes_on"]] if r["passes_on"] else None,
                method=_method(r),
                driver=drivers[r["driver"]] if r["driver"] else None,
            )
            for place, r in enumerate(table, start=1)
        ],
    )
    conditions = []
    for rule, row in zip(made, table, strict=True):
        for part in CodePart:
            conditions += [_condition(rule, part, text) for text in row[part.value].split("|") if text]
        conditions += [
            RuleCondition(rule=rule, part=part, operator=MatchOperator.CONTAINS, low=row[part.value])
            for part in (RowPart.SUPPLIER, RowPart.TEXT)
            if row[part.value]
        ]
    store.save_all(RuleCondition, conditions)
    shares = []
    for rule, row in zip(made, table, strict=True):
        shares += [_share(rule, text, targets) for text in row["cost_object"].split("|")]
    store.save_all(AllocationShare, shares)


def try_scenario(calendar: Calendar, *, by: User) -> None:
    """The drafts that pass on, tried beside the rules that count."""
    drafts = AllocationRule.objects.filter(is_active=False, passes_on__isnull=False)
    name = drafts.values_list("name", flat=True).first() or "Scenario"
    at = timezone.make_aware(dt.datetime.combine(calendar.today, dt.time(8)))
    allocation.try_out(name=name, by=by, at=at, using=drafts.values_list("pk", flat=True))


def _drivers(store: Store, calendar: Calendar, targets: dict[str, CostObject]) -> dict[str, Driver]:
    """What shares are weighed by, and the values of each cost object from a period on."""
    table = rows("demo/drivers")
    made = store.save_all(Driver, [Driver(code=r["code"], name=r["name"], unit=r["unit"]) for r in table])
    drivers = {driver.code: driver for driver in made}
    consumers = {
        one.code: one
        for one in store.save_all(Consumer, [Consumer(code=r["code"], name=r["name"]) for r in rows("demo/consumers")])
    }
    values = [
        DriverValue(
            driver=drivers[r["driver"]],
            cost_object=targets[r["cost_object"]],
            consumer=consumers[r["consumer"]] if r["consumer"] else None,
            period=_period(calendar, r["first"]) or calendar.periods[0],
            value=Decimal(r["value"]),
        )
        for r in rows("demo/driver_values")
    ]
    store.save_all(DriverValue, values)
    return drivers


def _method(row: dict[str, str]) -> AllocationMethod:
    if row["driver"]:
        return AllocationMethod.DRIVER
    blank = "|" in row["cost_object"] and " " not in row["cost_object"]
    return AllocationMethod.EVEN if blank else AllocationMethod.FIXED


def _share(rule: AllocationRule, text: str, targets: dict[str, CostObject]) -> AllocationShare:
    """`TJ101 60` is a fixed share, `TJ101` the whole of one or a part by another method."""
    code, _blank, share = text.partition(" ")
    whole = WHOLE if rule.method == AllocationMethod.FIXED else None
    return AllocationShare(rule=rule, cost_object=targets[code], share=Decimal(share) if share else whole)


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
