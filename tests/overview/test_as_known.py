"""What the portal said each evening it says again when it is asked for that day."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from finance.actions import allocation, undo
from finance.choices import AllocationMethod, CodePart, MatchOperator, WhenBooked
from finance.models import ImportBatch
from finance.reports import checks
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
from tests.factories.core import UserFactory
from tests.factories.finance import RuleFactory
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
        }

    def something(self) -> None:
        done = self.chance.choice(
            [
                *(self.edit, self.write, self.new_result, self.lead, self.drop, self.link, self.measure),
                *(self.report, self.report, self.book, self.book, self.book, self.replace, self.undo, self.again),
                self.by_direct_cost,
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
            f"20250{number + 1 if every_month else self.chance.randint(1, 4)};"
            f"{self.chance.choice(['5010', '5730', '5790'])};{self.chance.choice(['1100', '1200'])};P1;{number};;"
            f"Rad {self.day} {number};"
            f"{self.chance.randint(-9_000 if number % 2 else 1, 90_000)},{self.chance.randint(10, 99)}"
            for number in range(4 if every_month else self.chance.randint(1, 6))
        ]
        header = "Period;Konto;Kst;Projekt;Vernr;Datum;Text;Belopp"
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


@pytest.mark.parametrize("seed", range(6))
def test_every_evening_is_told_again(seed, tmp_path, monkeypatch):
    department = Department(seed, tmp_path, monkeypatch)
    department.book()
    said = {}
    for _day in range(14):
        said[department.day] = department.evening()
        department.day += dt.timedelta(days=1)
        for _each in range(3):
            department.something()
    for day, evening in said.items():
        department.day = day
        with known_on(day, [PLAN, MONEY]):
            again = department.evening()
        for part, figures in evening.items():
            assert again[part] == figures, f"seed {seed}, {day}: {part}"
