from decimal import Decimal

import pytest

from finance.models import BudgetLine, BudgetVersion, VarianceComment
from tests.factories.core import UserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    ApprovalFactory,
    BudgetFactory,
    BudgetLineFactory,
    CostCentreFactory,
    ForecastFactory,
    SensitiveRangeFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from tests.models import refused, refused_by
from vp_portal.core.access import Role
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db


def test_a_name_is_used_once_a_year():
    other = BudgetFactory()
    name, words = refused(BudgetFactory.build(name=other.name))
    assert name == "finance_budgetversion_name_once"
    assert "Årets versioner har redan en med det namnet." in words


def test_one_version_counts():
    BudgetFactory(state="decided", counts=True)
    assert refused_by(BudgetFactory.build(state="decided", counts=True)) == "finance_budgetversion_one_counts"
    BudgetFactory(state="decided", counts=True, year=2026)


def test_a_draft_does_not_count():
    assert refused_by(BudgetFactory.build(counts=True)) == "finance_budgetversion_counts_when_decided"


def test_a_forecast_has_a_tertial_and_a_budget_has_none():
    assert refused_by(ForecastFactory.build(tertial=None)) == "finance_budgetversion_tertial_of_forecast"
    assert refused_by(BudgetFactory.build(tertial="2025T1")) == "finance_budgetversion_tertial_of_forecast"


@pytest.mark.parametrize("both", [True, False])
def test_a_line_has_a_centre_or_an_object(both):
    line = BudgetLineFactory()
    line.cost_object_id = ServiceFactory().pk if both else None
    line.cost_centre = line.cost_centre if both else None
    assert refused_by(line) == "finance_budgetline_centre_or_object"


def test_a_line_stands_once_in_its_version():
    line = BudgetLineFactory()
    line.pk = None
    assert refused_by(line) == "finance_budgetline_once"


def test_an_approval_of_a_unit_names_it():
    assert refused_by(ApprovalFactory.build(version=BudgetFactory(), unit=None)) == (
        "finance_budgetapproval_unit_of_manager"
    )


def test_a_comment_says_something():
    comment = VarianceComment(version=BudgetFactory(), period=Period(202504), unit=UnitFactory(), text="")
    comment.outcome = comment.planned = Decimal(1)
    comment.made_at = comment.version.made_at
    assert refused_by(comment) == "finance_variancecomment_has_text"


class Sights:
    """A salary and a licence budget on each of two centres, and one on a service."""

    def __init__(self, today):
        self.today = today
        salaries = AccountGroupFactory(ranges=[("4011", "4999")])
        SensitiveRangeFactory(chart=salaries.chart, low="4", high="4")
        licences = AccountGroupFactory(chart=salaries.chart, ranges=[("57", "57")])
        boss, owner = PersonFactory(user=UserFactory()), PersonFactory(user=UserFactory())
        self.boss, self.owner = boss.user, owner.user
        mine = CostCentreFactory(unit=UnitFactory(manager=boss))
        other = CostCentreFactory(unit=UnitFactory())
        service = ServiceFactory(cost_owner=owner)
        version = BudgetFactory()
        nodes = {"mine": {"cost_centre": mine}, "other": {"cost_centre": other}}
        nodes["service"] = {"cost_centre": None, "cost_object_id": service.pk}
        self.names = {
            BudgetLineFactory(version=version, account_group=group, **node).pk: f"{name} {what}"
            for name, node in nodes.items()
            for what, group in (("pay", salaries), ("it", licences))
        }

    def seen_by(self, user):
        return {self.names[line.pk] for line in BudgetLine.objects.visible_to(user, self.today)}


@pytest.fixture
def sights(today):
    return Sights(today)


def test_a_manager_sees_own_centres_with_salaries(sights):
    assert sights.seen_by(sights.boss) == {"mine pay", "mine it"}


def test_a_cost_owner_sees_the_open_part_of_own_objects(sights):
    assert sights.seen_by(sights.owner) == {"service it"}


def test_management_sees_all_but_salaries(sights):
    assert sights.seen_by(UserFactory(role=Role.MANAGEMENT)) == {"mine it", "other it", "service it"}


def test_controllers_see_everything_and_readers_nothing(sights):
    assert sights.seen_by(UserFactory(role=Role.CONTROLLER)) == set(sights.names.values())
    assert sights.seen_by(UserFactory(role=Role.READER)) == set()


def test_a_group_with_one_sensitive_account_is_sensitive_as_a_whole(sights):
    line = BudgetLineFactory()
    sights.names[line.pk] = "mixed"
    AccountFactory(group=line.account_group, sensitivity=1)
    assert "mixed" not in sights.seen_by(UserFactory(role=Role.MANAGEMENT))


def test_drafts_are_the_controllers_own(db):
    draft = BudgetFactory()
    assert BudgetVersion.objects.visible_to(UserFactory(role=Role.CONTROLLER)).get() == draft
    assert not BudgetVersion.objects.visible_to(UserFactory(role=Role.MANAGEMENT)).exists()
