from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from finance.models import FundingShare
from finance.models.funding import problem_of_model
from services.models import CostObject
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    FundingIncomeFactory,
    FundingShareFactory,
    FundingSourceFactory,
    LedgerProjectFactory,
)
from tests.factories.services import ServiceFactory
from tests.models import refused_by
from vp_portal.core.constraints import message_of
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db


@contextmanager
def refused_as_not_whole():
    """The database asks when the transaction ends."""
    with transaction.atomic():
        yield
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)
    assert caught.value.__cause__.diag.constraint_name == "finance_fundingshare_is_whole"
    assert message_of(caught.value, FundingShare).startswith("Andelarna ska bli 100,00 procent")


def target():
    return CostObject.objects.get(pk=ServiceFactory().pk)


@pytest.mark.parametrize("parts", [["99.99"], ["60", "40.01"], ["100", "0.01"]])
def test_the_database_refuses_shares_that_are_not_the_whole(parts):
    own = target()
    with refused_as_not_whole():
        for part in parts:
            FundingShareFactory(cost_object=own, share=Decimal(part))


def test_the_database_refuses_the_same_of_a_project():
    with refused_as_not_whole():
        FundingShareFactory(cost_object=None, project=LedgerProjectFactory(), share=Decimal("99.99"))


@pytest.fixture
def one_of_two(db):
    own = target()
    first, _second = (FundingShareFactory(cost_object=own, share=Decimal(part)) for part in (40, 60))
    return first


def test_the_database_refuses_a_share_that_is_taken_away(one_of_two):
    with refused_as_not_whole():
        one_of_two.delete()


def test_the_database_refuses_a_share_that_leaves_another_behind(one_of_two):
    with refused_as_not_whole():
        FundingShare.objects.filter(pk=one_of_two.pk).update(cost_object=target(), share=100)


def test_the_database_refuses_two_wholes_on_one_day(today):
    row = FundingShareFactory()
    with refused_as_not_whole():
        FundingShareFactory(cost_object=row.cost_object, valid=since(today))


def test_one_cost_object_says_nothing_of_another():
    FundingShareFactory()
    FundingShareFactory()
    FundingShareFactory(cost_object=None, project=LedgerProjectFactory())
    connection.check_constraints()


@pytest.mark.parametrize("both", [True, False])
def test_a_share_is_of_an_object_or_a_project(both):
    row = FundingShareFactory()
    row.project = LedgerProjectFactory() if both else None
    row.cost_object = row.cost_object if both else None
    assert refused_by(row) == "finance_fundingshare_object_or_project"


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("share", Decimal(0), "is_a_part"),
        ("share", Decimal("100.01"), "is_a_part"),
        ("registry_no", "", "registry_no_given"),
        ("valid", (None, None), "valid_begins"),
    ],
)
def test_a_share_is_a_part_by_a_decision_from_a_day(field, value, name):
    row = FundingShareFactory()
    setattr(row, field, value)
    assert refused_by(row) == f"finance_fundingshare_{name}"


def test_a_source_funds_an_object_once_a_day():
    row = FundingShareFactory()
    again = FundingShare(cost_object=row.cost_object, source=row.source, valid=row.valid, share=1, registry_no="x")
    assert refused_by(again) == "finance_fundingshare_object_once_a_day"


def test_income_shows_one_source():
    row = FundingIncomeFactory()
    again = FundingIncomeFactory.build(source=FundingSourceFactory(), account_group=row.account_group)
    with pytest.raises(ValidationError, match="Kontogruppen visar redan en källas intäkter"):
        again.full_clean()


def test_income_is_a_group_or_an_account():
    row = FundingIncomeFactory()
    row.account = AccountFactory(group=AccountGroupFactory())
    assert refused_by(row) == "finance_fundingincome_group_or_account"


@pytest.mark.parametrize("parts", ["", "99.99", "100.01", "33.33 33.33 33.33"])
def test_what_is_not_whole_is_said(parts):
    assert problem_of_model([Decimal(part) for part in parts.split()])


def test_the_whole_has_no_problem():
    assert problem_of_model([Decimal("33.33"), Decimal("66.67")]) is None
