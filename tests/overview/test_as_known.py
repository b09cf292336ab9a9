"""What the portal said each evening it says again when it is asked for that day."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from finance.actions import allocation, by_hand, flags, supplier_sums, undo
from finance.choices import AllocationMethod, CodePart, FlagState, FlowKind, MatchOperator, RowPart, WhenBooked
from finance.models import Account, DriverValue, FundingShare, HandAssignment, ImportBatch, Posting, PostingFlag
from finance.reports import by_hand as said_report
from finance.reports import checks, funding, money_flow, showback, suppliers
from finance.reports import postings as rows_report
from finance.reports.economy import flows
from finance.reports.selection import Selection
from finance.reports.sums import by_month, freshness, totals_by
from goals.actions import sections
from goals.choices import Status
from goals.models import ExpectedResult, Plan
from goals.reports.content import content_of
from goals.reports.gaps import plan_gaps
from goals.reports.result_page import result_page
from goals.reports.tree import plan_tree
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.finance import (
    ConsumerFactory,
    DriverFactory,
    DriverValueFactory,
    FundingIncomeFactory,
    FundingShareFactory,
    FundingSourceFactory,
    RuleFactory,
)
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    IndicatorFactory,
    IndicatorReadingFactory,
    PlanFactory,
    PlanSectionFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory
from tests.finance import ledger_files
from vp_portal.core.access import Role
from vp_portal.core.as_known import MONEY, PLAN, known_on
from vp_portal.core.periods import Period, Tertial

pytestmark = pytest.mark.django_db

FIRST = dt.date(2025, 3, 3)
MONTHS = (Period(202501), Period(202504))


class Department:
    """A plan and a ledger to which something happens each day, by chance; the clock is the day's noon."""

    def __init__(self, seed: int, folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chance, self.folder, self.day = random.Random(seed), folder, FIRST
        monkeypatch.setattr(timezone, "now", self.now)
        self.user = UserFactory(role=Role.CONTROLLER)
        self.people = [PersonFactory() for _ in range(3)]
        self.services = [ServiceFactory() for _ in range(3)]
        self.plan = PlanFactory()
        self.area = FocusAreaFactory(plan=self.plan)
        self.sections = [PlanSectionFactory(plan=self.plan) for _ in range(3)]
        self.results = [ExpectedResultFactory(focus_area=self.area) for _ in range(2)]
        ledger_files.default_source()
        of_hire = [(CodePart.ACCOUNT, MatchOperator.PREFIX, "50")]
        self.rule = RuleFactory(cost_object=self.services[0], conditions=of_hire)
        self.driver, self.source = DriverFactory(), FundingSourceFactory()
        self.consumers = [ConsumerFactory() for _ in range(2)]
        self.foremost = iter(range(1, 10))

    def now(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(12), dt.UTC)

    def evening(self) -> dict[str, Any]:
        """What the pages' reports say of the day."""
        day, user = self.day, self.user
        plan = Plan.objects.current(day)
        tree = plan_tree(plan, day)
        chosen = Selection(day, *MONTHS)
        seen = checks.seen_by(user, day)
        rows = rows_report.ordered(rows_report.found(user, chosen, rows_report.RowFilters()), "file")
        return {
            "tree": tree,
            "gaps": plan_gaps(tree),
            "document": content_of(plan, day),
            "results": [result_page(result, day) for result in ExpectedResult.objects.in_force(day).order_by("pk")],
            "flows": flows(seen, chosen),
            "objects": totals_by(seen, "cost_object__code", "account_group__code"),
            "months": by_month(seen),
            "proof": checks.whole_proof(),
            "fresh": freshness(),
            "rows": [(row.text, row.amount, row.homes) for row in rows],
            "suppliers": sorted(suppliers.parts(user, seen, chosen, FlowKind.COST), key=lambda part: part.code),
            "money flow": money_flow.money_flow(seen, chosen, user, latest=MONTHS[1]),
            "showback": showback.showback(seen, chosen, self.driver, user, latest=MONTHS[1]),
            "funding": funding.object_rows(funding.seen_by(user, day), CostObject.objects.order_by("pk"), *MONTHS, day),
            "hands": [(hand.pk, hand.has_row) for hand in said_report.hands(user, day)],
            "flags": [(flag.pk, flag.state) for flag in said_report.flags(user, day, state="")],
        }

    def something(self) -> None:
        done = self.chance.choice(
            [
                *(self.edit, self.write, self.new_result, self.lead, self.drop, self.link, self.measure),
                *(self.report, self.report, self.book, self.book, self.book, self.replace, self.undo, self.again),
                *(self.by_direct_cost, self.by_wording, self.add_up_suppliers, self.flag, self.answer),
                *(self.give, self.give, self.give, self.take_back, self.renew, self.users, self.fund),
            ]
        )
        done()

    def edit(self) -> None:
        result = self.chance.choice(self.results)
        result.text, result.weight = f"Ändrad {self.day}", Decimal(self.chance.randint(1, 5))
        result.save()

    def write(self) -> None:
        section = self.chance.choice(self.sections)
        section.refresh_from_db()
        values = {"text": f"Skrivet {self.day}", "is_done": self.chance.random() < 0.5}
        sections.write(section, values=values, seen_change=sections.seen(section), by=self.user)

    def new_result(self) -> None:
        goal = GoalFactory(focus_area=self.area)
        self.results.append(ExpectedResultFactory(focus_area=self.area, goal=goal))

    def lead(self) -> None:
        result = self.chance.choice(self.results)
        result.owner = self.chance.choice(self.people)
        result.save()

    def drop(self) -> None:
        result = self.chance.choice(self.results[1:])
        result.retired_on = self.day
        result.save()

    def link(self) -> None:
        self.chance.choice(self.results).cost_objects.set(
            self.chance.sample([service.cost_object for service in self.services], 2)
        )

    def measure(self) -> None:
        indicator = IndicatorFactory(result=self.chance.choice(self.results))
        IndicatorReadingFactory(indicator=indicator, on=self.day, made_at=self.now(), value=self.chance.randint(20, 80))

    def report(self) -> None:
        CheckInFactory(
            result=self.chance.choice(self.results),
            tertial=Tertial(2025, 1),
            status=self.chance.choice([Status.ON_PLAN, Status.WATCH, Status.RISK]),
            progress=self.chance.randint(0, 100),
            made_at=self.now(),
        )

    def _file(self, *, every_month: bool) -> Any:
        """A file that takes the place of others has all their months."""
        rows = [
            f"20250{number % 4 + 1 if every_month else self.chance.randint(1, 4)};"
            f"{self.chance.choice(['5010', '5730', '5790'])};{self.chance.choice(['1100', '1200'])};P1;{number};;"
            f"{self.chance.choice(['Moln', 'Rad'])} {self.day} {number};{self.chance.choice(['Nord', 'Syd', ''])};"
            f"{self.chance.randint(-9_000 if number % 2 else 1, 90_000)},{self.chance.randint(10, 99)}"
            for number in range(12 if every_month else self.chance.randint(4, 12))
        ]
        header = "Period;Konto;Kst;Projekt;Vernr;Datum;Text;Leverantör;Belopp"
        return ledger_files.write(self.folder, *rows, header=header, name=f"{self.day}.csv")

    def book(self, when: WhenBooked = WhenBooked.ADD) -> None:
        answer = ledger_files.book(
            self._file(every_month=when is WhenBooked.REPLACE), at=self.now(), by=self.user, when_booked=when
        )
        assert answer.status == "booked", answer

    def replace(self) -> None:
        self.book(WhenBooked.REPLACE)

    def undo(self) -> None:
        if batch := ImportBatch.objects.in_force().order_by("?").first():
            undo.undo(batch, by=self.user, at=self.now())

    def again(self) -> None:
        share = self.rule.shares.get()
        share.cost_object = self.chance.choice(self.services).cost_object
        share.save()
        allocation.run(by=self.user, at=self.now())

    def by_direct_cost(self) -> None:
        """From here on what is booked moves what was booked before it in the same months."""
        where = [(CodePart.ACCOUNT, MatchOperator.PREFIX, self.chance.choice(["573", "579"]))]
        RuleFactory(method=AllocationMethod.DIRECT_COST, shares=dict.fromkeys(self.services), conditions=where)
        allocation.run(by=self.user, at=self.now())

    def by_wording(self) -> None:
        """From here on such rows are taken out of their cells."""
        part, low = self.chance.choice([(RowPart.TEXT, "moln"), (RowPart.SUPPLIER, "nord")])
        where = [(part, MatchOperator.CONTAINS, low)]
        RuleFactory(cost_object=self.chance.choice(self.services), conditions=where, priority=next(self.foremost))
        allocation.run(by=None, at=self.now())

    def _row(self) -> Posting | None:
        counting = Posting.objects.filter(batch__in=ImportBatch.objects.in_force().values("pk")).order_by("batch", "pk")
        rows = list(counting)
        return self.chance.choice(rows) if rows else None

    def give(self) -> None:
        if row := self._row():
            target = self.chance.choice(self.services).cost_object
            by_hand.assign([row], target, reason="Hör hit", by=self.user, at=self.now())

    def take_back(self) -> None:
        given = HandAssignment.objects.in_force().filter(batch__ended_at__isnull=True).first()
        if given:
            row = Posting.objects.get(batch=given.batch_id, pk=given.posting)
            by_hand.take_back(row, reason="Fel", by=self.user, at=self.now())

    def renew(self) -> None:
        lost = HandAssignment.objects.in_force().filter(batch__ended_at__isnull=False).first()
        if lost:
            by_hand.let_go(lost, reason="Raden är borta", by=self.user, at=self.now())

    def flag(self) -> None:
        row = self._row()
        if row and not PostingFlag.objects.open().filter(posting=row.pk).exists():
            made = PostingFlag(wrong="Fel konto", to_account=Account.objects.order_by("code").first())
            flags.flag(row, made, by=self.user, at=self.now())

    def answer(self) -> None:
        if found := PostingFlag.objects.open().first():
            flags.end(found, FlagState.REJECTED, answer="Rätt ändå", by=self.user, at=self.now())

    def add_up_suppliers(self) -> None:
        supplier_sums.sum_waiting(at=self.now())

    def users(self) -> None:
        """What the services' costs are shared among, in all and by consumer; a value is put right now and then."""
        target = self.chance.choice(self.services).cost_object
        consumer = self.chance.choice([None, *self.consumers])
        period = Period(202500 + self.chance.randint(1, 4))
        key = {"driver": self.driver, "cost_object": target, "consumer": consumer, "period": period}
        found = DriverValue.objects.filter(**key).first() or DriverValueFactory.build(**key)
        found.value = Decimal(self.chance.randint(1, 90))
        found.save()

    def fund(self) -> None:
        """The source is named for an account group; a cost object gets a model, or loses it."""
        target = self.chance.choice(self.services).cost_object
        held = FundingShare.objects.of(target).first()
        if held:
            held.delete()
        else:
            FundingShareFactory(cost_object=target, source=self.source)
        FundingIncomeFactory(source=self.source)


@pytest.mark.parametrize("seed", range(6))
def test_every_evening_is_told_again(seed, tmp_path, monkeypatch):
    department = Department(seed, tmp_path, monkeypatch)
    department.book()
    said = {}
    for _day in range(9):
        said[department.day] = department.evening()
        department.day += dt.timedelta(days=1)
        for _each in range(5):
            department.something()
    for day, evening in said.items():
        department.day = day
        with known_on(day, [PLAN, MONEY]):
            again = department.evening()
        for part, figures in evening.items():
            assert again[part] == figures, f"seed {seed}, {day}: {part}"
