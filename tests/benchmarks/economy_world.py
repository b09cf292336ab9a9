"""What `benchmark economy` looks at: registers, rules, people and a plan, and the ledger's files of five years."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from finance.actions import budget_totals
from finance.choices import AccountKind, BudgetState, CodePart, MatchOperator, Sensitivity, VersionKind
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ActivityCode,
    AllocationRule,
    AllocationShare,
    BudgetLine,
    BudgetVersion,
    ChartOfAccounts,
    CostCentre,
    Counterparty,
    Funder,
    ImportSource,
    LedgerProject,
    RuleCondition,
    SensitiveRange,
)
from services.models import CostObject
from tests.benchmarks.ledger import (
    ACTIVITIES,
    CENTRES,
    COUNTERPARTIES,
    FUNDERS,
    HEADER,
    SEED,
    Row,
    centre_code,
    raw_line,
)
from tests.factories.core import UserFactory
from tests.factories.finance import CostCentreUnitFactory
from tests.factories.services import CostOwnerFactory, PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role, today
from vp_portal.core.periods import Period

#: As many cells as were counted for ten million real rows of many years: 216 000.
COMBINATIONS, YEARS = 3_600, 5
RULES, MORE_RULES, OBJECTS, PROJECTS = 300, 200, 300, 300
GROUPS, ACCOUNTS = 12, 20
UNITS, OWNED = 12, 5
#: The other rules find cost centres, all but eight of them: some three per cent of the cost has no home.
_BY_PROJECT = 188
_KINDS = {GROUPS - 2: AccountKind.INCOME, GROUPS - 1: AccountKind.OTHER}
_SHARES = ("40.0000", "30.0000", "20.0000", "10.0000")


@dataclass(frozen=True)
class World:
    """Who looks, and the codes that they look at. `unit` is the manager's, with the cost centre among others."""

    controller: Any
    manager: Any
    management: Any
    unit: str
    centre: str
    cost_object: str
    group: str
    years: range


def years() -> range:
    """The five years before this one."""
    this = today().year
    return range(this - YEARS, this)


def make() -> World:
    """The registers, 300 rules and 200 that wait, 300 cost objects, twelve units, a budget for the last year."""
    groups = _registers()
    objects = [ServiceFactory().pk for _n in range(OBJECTS)]
    _rules(objects)
    _budget(groups, objects)
    return _people(objects)


def _registers() -> list[AccountGroup]:
    chart = ChartOfAccounts.objects.create(code="benchmark", name="Benchmark")
    groups = [
        AccountGroup.objects.create(
            chart=chart, code=f"g{n:02}", name=f"Grupp {n}", kind=_KINDS.get(n, AccountKind.COST), position=n
        )
        for n in range(GROUPS)
    ]
    AccountRange.objects.bulk_create(
        AccountRange(group=group, low=_prefix(n), high=_prefix(n)) for n, group in enumerate(groups)
    )
    # The first group is salaries, which are sensitive.
    SensitiveRange.objects.create(chart=chart, low=_prefix(0), high=_prefix(0), sensitivity=Sensitivity.SENSITIVE)
    Account.objects.bulk_create(
        Account(code=_account(n, m), name=f"Konto {n} {m}", chart=chart, group=group)
        for n, group in enumerate(groups)
        for m in range(ACCOUNTS)
    )
    for model, codes in (
        (CostCentre, map(centre_code, range(CENTRES))),
        (LedgerProject, (f"P{n:05}" for n in range(PROJECTS))),
        (ActivityCode, (f"{n:02}" for n in range(ACTIVITIES))),
        (Funder, (f"F{n:02}" for n in range(FUNDERS))),
        (Counterparty, (f"M{n:03}" for n in range(COUNTERPARTIES))),
    ):
        model.objects.bulk_create(model(code=code) for code in codes)
    ImportSource.objects.create(code="benchmark", name="Benchmark", chart=chart, is_default=True)
    return groups


def _prefix(group: int) -> str:
    return str(40 + group)


def _account(group: int, number: int) -> str:
    return f"{_prefix(group)}{number:03}"


def _rules(objects: list[int]) -> None:
    """Most rules find a project, the others a cost centre's accounts that begin with 4; every tenth has four
    shares. Those that wait come first in the order, each with a part of a cost centre's accounts."""
    for number in range(MORE_RULES + RULES):
        waits = number < MORE_RULES
        place = number if waits else number - MORE_RULES
        rule = AllocationRule.objects.create(name=f"Regel {number}", priority=number + 1, is_active=not waits)
        shares = _SHARES if place % 10 == 9 else ("100.0000",)
        AllocationShare.objects.bulk_create(
            AllocationShare(rule=rule, cost_object_id=objects[(place + n) % OBJECTS], share=Decimal(share))
            for n, share in enumerate(shares)
        )
        RuleCondition.objects.bulk_create(
            RuleCondition(rule=rule, part=part, operator=operator, low=low)
            for part, operator, low in _conditions(place, waits=waits)
        )


def _conditions(place: int, *, waits: bool) -> list[tuple[str, str, str]]:
    if not waits and place < _BY_PROJECT:
        return [(CodePart.PROJECT, MatchOperator.EXACT, f"P{place:05}")]
    prefix = _prefix(place % 10) if waits else "4"
    centre = place * 7 % CENTRES if waits else place - _BY_PROJECT
    return [
        (CodePart.COST_CENTRE, MatchOperator.EXACT, centre_code(centre)),
        (CodePart.ACCOUNT, MatchOperator.PREFIX, prefix),
    ]


def _budget(groups: list[AccountGroup], objects: list[int]) -> None:
    """Twelve months of each cost group on each cost centre and on each cost object."""
    year = years()[-1]
    version = BudgetVersion.objects.create(
        kind=VersionKind.BUDGET,
        year=year,
        name="Budget",
        state=BudgetState.DECIDED,
        counts=True,
        decided_on=dt.date(year - 1, 12, 1),
        made_at=timezone.now(),
    )
    centres = CostCentre.objects.values_list("pk", flat=True)
    nodes = [{"cost_centre_id": pk} for pk in centres] + [{"cost_object_id": pk} for pk in objects]
    BudgetLine.objects.bulk_create(
        (
            BudgetLine(version=version, period=Period(year * 100 + month), account_group=group, amount=1000, **node)
            for node in nodes
            for group in groups[: GROUPS - 2]
            for month in range(1, 13)
        ),
        batch_size=5000,
    )
    budget_totals.add_up(version.pk)


def _people(objects: list[int]) -> World:
    """Units with ten cost centres each below one; a line manager of one of them, who answers for five cost objects."""
    top = UnitFactory()
    user = UserFactory()
    person = PersonFactory(user=user)
    units = [UnitFactory(parent=top, manager=person if n == 0 else PersonFactory()) for n in range(UNITS)]
    for number, centre in enumerate(CostCentre.objects.order_by("code")):
        CostCentreUnitFactory(cost_centre=centre, unit=units[number % UNITS])
    owned = list(CostObject.objects.filter(pk__in=objects[:OWNED]).order_by("pk"))
    for one in owned:
        CostOwnerFactory(cost_object=one, person=person)
    return World(
        controller=UserFactory(role=Role.CONTROLLER),
        manager=user,
        management=UserFactory(role=Role.MANAGEMENT),
        unit=units[0].code,
        centre=centre_code(0),
        cost_object=owned[0].code,
        group="benchmark.g03",
        years=years(),
    )


def _combinations(count: int) -> list[tuple[str, ...]]:
    """Distinct ones, the busiest first. A project belongs to a cost centre, nearly always."""
    source, made = random.Random(SEED), {}  # the same ones each time
    while len(made) < count:
        centre = source.randrange(CENTRES)
        project = centre % 100 + 100 * source.randrange(3) if source.random() < 0.7 else None
        # `made` is in the order in which they came.
        made[
            _account(int(GROUPS * source.random() ** 1.2), int(ACCOUNTS * source.random() ** 2)),
            centre_code(centre),
            "" if project is None else f"P{project:05}",
            "" if project is None else f"{project % ACTIVITIES:02}",
            f"F{centre % FUNDERS:02}" if source.random() < 0.2 else "",
            "",
        ] = None
    return list(made)


def _rows(count: int, combinations: int, year: int) -> Iterator[Row]:
    """A year, month by month, with each combination in each month."""
    source = random.Random(SEED + year)  # as above
    known = _combinations(combinations)
    draw, each = source.random, count // 12
    for month in range(1, 13):
        days = [dt.date(year, month, day) for day in range(1, 29)]
        for number in range(each + (count % 12 if month == 12 else 0)):
            codes = known[number if number < combinations else int(combinations * draw() ** 2)]
            yield Row(
                year * 100 + month,
                *codes,  # type: ignore[arg-type]  # six codes
                days[int(28 * draw())],
                str(7_000_000 + number // 3),
                str(100_000 + int(4000 * draw())),
                f"Faktura {number % 977}",
                int(10 ** (3 + 5 * draw())) * (-1 if draw() < 0.1 else 1),
            )


def write_year(path: Path, count: int, year: int, combinations: int) -> None:
    """As `ledger.write_raw` writes a file."""
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(HEADER + "\r\n")
        file.writelines(map(raw_line, _rows(count, combinations, year)))
