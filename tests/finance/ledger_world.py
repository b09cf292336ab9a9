"""A small ledger with people: booked and allocated by the real rules, for tests of the money's pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

from finance.actions import allocation
from finance.choices import AccountKind, CodePart, MatchOperator, Sensitivity
from finance.models import CodeString, ImportBatch, LedgerCell
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    BatchFactory,
    ChartFactory,
    CostCentreFactory,
    PostingFactory,
    RuleFactory,
    SensitiveRangeFactory,
    SourceFactory,
    add_up,
)
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

AT = dt.datetime(2025, 8, 12, 7, 30, tzinfo=dt.UTC)


class Users(dict[Role, Any]):
    """Role → a user with it, made when asked for."""

    def __missing__(self, role: Role) -> Any:
        self[role] = UserFactory(role=role)
        return self[role]


class World:
    """Two units with a cost centre each. IT licences go to a service with an owner, the rest has no home."""

    def __init__(self) -> None:
        chart = ChartFactory(code="state")
        group = {"chart": chart}
        self.salaries = AccountFactory(
            code="4011",
            group=AccountGroupFactory(code="personal", name="Personal", **group),
            sensitivity=Sensitivity.SENSITIVE,
        )
        SensitiveRangeFactory(chart=chart, low="4011", high="4999")
        self.licences = AccountFactory(code="5721", group=AccountGroupFactory(code="it", name="IT", **group))
        self.income = AccountFactory(
            code="3011", group=AccountGroupFactory(code="anslag", name="Anslag", kind=AccountKind.INCOME, **group)
        )
        self.internal = AccountFactory(
            code="9011", group=AccountGroupFactory(code="interna", name="Interna", kind=AccountKind.OTHER, **group)
        )
        self.distribution = AccountFactory(code="5790", group=self.licences.group, is_distribution=True)
        self.manager = PersonFactory(user=UserFactory(username="chef"))
        self.owner = PersonFactory(name="Olle Ägare", user=UserFactory(username="owner"))
        self.unit = UnitFactory(code="ITD", name="Systemdrift", manager=self.manager)
        self.mine = CostCentreFactory(code="11320", name="Systemdrift", unit=self.unit)
        self.other = CostCentreFactory(code="11310", name="Styrning", unit=UnitFactory(code="ITS", name="Styrning"))
        self.service = ServiceFactory(code="TJ1", name="E-post", cost_owner=self.owner)
        RuleFactory(cost_object=self.service, conditions=[(CodePart.ACCOUNT, MatchOperator.PREFIX, "57")])
        self.source = SourceFactory(code="huvudbok", name="Huvudboken", chart=chart)
        self.batch = self.new_batch()
        self.users = Users()

    def new_batch(self, **fields: Any) -> ImportBatch:
        return BatchFactory(source=self.source, booked_at=AT, **fields)

    def post(self, account: Any, centre: Any, period: int, amount: str, **fields: Any) -> Any:
        """A posting and its cell. `allocate` afterwards."""
        code_string, _made = CodeString.objects.get_or_create(account=account, cost_centre=centre)
        row = PostingFactory(
            **{"batch": self.batch, **fields}, code_string=code_string, period=Period(period), amount=Decimal(amount)
        )
        cell, made = LedgerCell.objects.get_or_create(
            batch=row.batch,
            period=row.period,
            code_string=code_string,
            defaults={"amount": row.amount, "row_count": 1},
        )
        if not made:
            cell.amount += row.amount
            cell.row_count += 1
            cell.save()
        return row

    def another_service(self) -> Any:
        return CostObject.objects.get(pk=ServiceFactory(code="TJ2", name="Telefoni").pk)

    def allocate(self) -> None:
        for batch in ImportBatch.objects.all():
            cells = list(batch.cells.all())
            batch.row_count = sum(cell.row_count for cell in cells)
            batch.total = sum((cell.amount for cell in cells), Decimal("0.00"))
            batch.save()
            add_up(batch)
        allocation.run(by=self.users[Role.CONTROLLER], at=AT)


def booked_world() -> World:
    """Cost 2025 January–July: 1 000.10 licences and 500.00 salaries on own, 300.00 and 200.00 on the other centre."""
    world = World()
    world.post(world.licences, world.mine, 202501, "400.10", text="Licens =1+1", supplier_name="Nordmoln AB")
    world.post(world.licences, world.mine, 202507, "600.00", text="Årsavgift", voucher_no="LF77")
    world.post(world.salaries, world.mine, 202503, "500.00", text="Lön")
    world.post(world.licences, world.other, 202502, "350.00", supplier_name="Annat AB")
    world.post(world.licences, world.other, 202502, "-50.00", text="-Kredit")
    world.post(world.salaries, world.other, 202504, "200.00")
    world.post(world.income, world.mine, 202503, "-900.00")
    world.post(world.internal, world.mine, 202503, "77.00")
    world.post(world.distribution, world.mine, 202503, "33.00")
    world.post(world.licences, world.mine, 202500, "5000.00", text="Ingående")
    world.post(world.licences, world.mine, 202401, "250.00")
    world.post(world.salaries, world.other, 202407, "150.00")
    world.post(world.licences, world.mine, 202411, "999.00")
    world.allocate()
    return world
