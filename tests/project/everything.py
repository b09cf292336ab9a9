"""A world with a row in every table that holds text, for tests that read all that the portal shows."""

from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.test import Client

from finance.actions import allocation, by_hand, flags
from finance.choices import ForecastMethod
from finance.models import ForecastBasis, PostingFlag, SupersededPosting, SupplierSum
from goals.choices import ReminderKind
from goals.models import SentReminder
from tests.core.registers import HAND_MADE, MAKE
from tests.factories.core import UserFactory
from tests.factories.finance import AccountGroupFactory, BatchFactory, BudgetFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import PersonFactory
from tests.finance.ledger_world import AT, World
from tests.project import hostile
from vp_portal.core import audit
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import SignInAttempt
from vp_portal.core.periods import Period, Tertial

#: The text of the rows on sensitive accounts.
SENSITIVE_TEXT = "Löneutbetalning 7719"


def world_of_everything() -> World:
    """A ledger that belongs together, and a row of everything else, with a change where rows are changed."""
    world = World()
    licences = world.post(world.licences, world.mine, 202508, "1000.00")
    world.post(world.licences, world.other, 202507, "-250.00")
    salaries = world.post(world.salaries, world.mine, 202508, "500.00", text=SENSITIVE_TEXT, supplier_name="")
    world.allocate()
    by, given = world.users[Role.CONTROLLER], world.another_service()
    by_hand.assign([licences, salaries], given, reason="Hör dit", by=by, at=AT)
    for row in (licences, salaries):
        flag = PostingFlag(wrong="Fel kostnadsställe", to_cost_centre=world.other)
        flags.flag(row, flag, by=by, at=AT)
    allocation.try_out(name="Prov", by=None, at=AT)
    for model in MAKE:
        if model._meta.label not in HAND_MADE:
            _change(model._base_manager.first() or MAKE[model]())
    _rest_of_the_ledger(world)
    _rest_of_the_plan()
    Client().force_login(UserFactory())  # A session, with its device.
    SignInAttempt.objects.create(key="x", at=AT)
    audit.record(AuditEvent.SIGN_IN_FAILED, target="x")
    return world


def _change(row: models.Model) -> None:
    if hostile.is_changed(type(row)):
        row.save()


def _rest_of_the_ledger(world: World) -> None:
    """What only actions and workers write, made here where a row is all that is needed."""
    version = BudgetFactory()
    ForecastBasis.objects.create(
        version=version,
        cost_centre=world.mine,
        account_group=AccountGroupFactory(),
        method=ForecastMethod.values[0],
        reason="Så",
        booked=Decimal(1),
        expected=Decimal(2),
    )
    row: dict[str, Any] = {
        "batch": world.batch,
        "period": Period(202508),
        "code_string": world.batch.cells.first().code_string,
    }
    SupplierSum.objects.create(**row, supplier_name="Bolaget", amount=Decimal(1), row_count=1)
    _superseded(**row, amount=Decimal(1), line=2)


def _superseded(**values: Any) -> None:
    values["batch"] = BatchFactory(source=values["batch"].source, booked_at=AT, ended_at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        pk = int(values["batch"].pk)
        cursor.execute(
            f"CREATE TABLE finance_superseded_of_test_{pk} PARTITION OF finance_supersededposting FOR VALUES IN ({pk})"
        )
    SupersededPosting.objects.create(**values, text="Rad som gällde")


def _rest_of_the_plan() -> None:
    kind = ReminderKind.values[0]
    facts = {"result": ExpectedResultFactory(), "tertial": Tertial(2025, 2), "kind": kind, "person": PersonFactory()}
    SentReminder.objects.create(**facts, claimed_at=AT)
