import datetime as dt

import pytest

from finance.actions import approvals
from finance.actions.approvals import CommentMissingError, NotYourTurnError
from finance.choices import ApprovalLevel, Approved
from finance.models import BudgetVersion
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import BudgetFactory, BudgetLineFactory, CostCentreFactory
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.models import AuditEntry

AT = dt.datetime(2025, 9, 15, 9, 0, tzinfo=dt.UTC)
DUES = dict.fromkeys(ApprovalLevel, TODAY)


class Case:
    def __init__(self):
        boss = PersonFactory(user=UserFactory())
        self.manager, self.controller = boss.user, UserFactory(role=Role.CONTROLLER)
        self.management = UserFactory(role=Role.MANAGEMENT)
        self.unit = UnitFactory(name="Drift", manager=boss)
        self.version = self.sent()

    def sent(self, **fields):
        version = BudgetFactory(**fields)
        BudgetLineFactory(version=version, cost_centre=CostCentreFactory(unit=self.unit))
        return approvals.submit(version, dues=DUES, by=self.controller, on=TODAY)

    def answer(self, level, by, said=Approved.YES, comment="", version=None):
        asked = (version or self.version).approvals.get(level=level)
        return approvals.answer(asked, said=said, comment=comment, by=by, at=AT, on=TODAY, decision_ref="dnr 1")


@pytest.fixture
def case(db):
    return Case()


def test_units_with_lines_controllers_and_management_are_asked(case):
    asked = {(row.level, row.unit_id) for row in case.version.approvals.all()}
    assert asked == {("unit", case.unit.pk), ("controller", None), ("management", None)}
    assert case.version.state == "submitted"


def test_an_empty_version_is_not_sent_out(case):
    with pytest.raises(NotYourTurnError, match="tom"):
        approvals.submit(BudgetFactory(), dues=DUES, by=case.controller, on=TODAY)


def test_level_by_level_until_it_counts(case):
    case.answer(ApprovalLevel.UNIT, case.manager)
    case.answer(ApprovalLevel.CONTROLLER, case.controller)
    after = case.answer(ApprovalLevel.MANAGEMENT, case.management)
    assert (after.state, after.counts, after.decided_on, after.decision_ref) == ("decided", True, TODAY, "dnr 1")
    assert AuditEntry.objects.filter(event="decision", detail__what="yes").count() == 3


def test_a_new_decision_takes_the_place_of_the_old(case):
    for version in (case.version, case.sent()):
        case.answer(ApprovalLevel.CONTROLLER, case.controller, comment="Bråttom.", version=version)
        case.answer(ApprovalLevel.MANAGEMENT, case.management, version=version)
    assert BudgetVersion.objects.counting("budget").get() == version


def test_nobody_answers_for_another_level(case):
    for level, wrong in (
        (ApprovalLevel.UNIT, case.controller),
        (ApprovalLevel.CONTROLLER, case.manager),
        (ApprovalLevel.MANAGEMENT, case.controller),
    ):
        with pytest.raises(NotYourTurnError):
            case.answer(level, wrong)


def test_management_waits_for_the_controller(case):
    with pytest.raises(NotYourTurnError, match="Controllern har inte godkänt"):
        case.answer(ApprovalLevel.MANAGEMENT, case.management)


def test_a_controller_says_why_a_manager_is_passed_over(case):
    with pytest.raises(CommentMissingError, match="Drift"):
        case.answer(ApprovalLevel.CONTROLLER, case.controller)
    assert case.answer(ApprovalLevel.CONTROLLER, case.controller, comment="Semester.").state == "submitted"


def test_a_version_goes_back_with_a_reason_and_is_asked_for_anew(case):
    with pytest.raises(CommentMissingError):
        case.answer(ApprovalLevel.UNIT, case.manager, said=Approved.NO, comment=" ")
    after = case.answer(ApprovalLevel.UNIT, case.manager, said=Approved.NO, comment="Licenserna saknas.")
    assert after.state == "draft"
    again = approvals.submit(after, dues=DUES, by=case.controller, on=TODAY)
    assert set(again.approvals.values_list("answer", flat=True)) == {"waiting"}


def test_a_decided_version_takes_no_answers(case):
    case.answer(ApprovalLevel.CONTROLLER, case.controller, comment="Bråttom.")
    case.answer(ApprovalLevel.MANAGEMENT, case.management)
    with pytest.raises(NotYourTurnError, match="väntar inte"):
        case.answer(ApprovalLevel.UNIT, case.manager)


def test_a_late_answer_is_late_until_it_comes(case):
    asked = case.version.approvals.get(level=ApprovalLevel.UNIT)
    assert not asked.is_late(TODAY)
    assert asked.is_late(TODAY + dt.timedelta(days=1))
