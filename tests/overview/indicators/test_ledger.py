import datetime as dt
from decimal import Decimal

import pytest

from finance.choices import Sensitivity
from finance.models import PostingFlag
from goals import computed
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import CodeStringFactory, PostingFactory
from tests.factories.services import CostOwnerFactory, PersonFactory, ServiceFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def flag(days, **values):
    """A flag made so many days before the day."""
    row = values.pop("row", None) or PostingFactory(amount=Decimal(500))
    made_at = dt.datetime.combine(TODAY - days * DAY, dt.time(9), dt.UTC)
    about = {"batch": row.batch, "posting": row.pk, "period": row.period, "code_string": row.code_string}
    return PostingFlag.objects.create(
        **about,
        amount=row.amount,
        wrong="Fel konto",
        to_account=row.code_string.account,
        made_by=UserFactory(),
        made_at=made_at,
        **values,
    )


def outcome(code, on=TODAY):
    found = computed.find(code).compute(on)
    return found.value, found.denominator


def test_flags_that_stand_for_more_than_thirty_days_count():
    flag(30)
    flag(31)
    flag(60, state="corrected", answer="Rättad", ended_at=dt.datetime.combine(TODAY - 5 * DAY, dt.time(9), dt.UTC))
    assert outcome("I17") == (1, 3)
    assert outcome("I17", TODAY - 10 * DAY)[0] == 1


def test_without_flags_there_is_no_data():
    assert outcome("I17") == (None, 0)


def test_flags_of_sensitive_accounts_leave_no_trace():
    codes = CodeStringFactory()
    type(codes.account).objects.filter(pk=codes.account.pk).update(sensitivity=Sensitivity.SENSITIVE)
    flag(40, row=PostingFactory(code_string=codes))
    assert outcome("I17") == (None, 0)


def test_flagged_rows_are_for_those_who_see_them():
    made = flag(40)
    failing = computed.find("I17").failing
    [row] = failing(TODAY, UserFactory(role=Role.CONTROLLER)).rows
    assert (row.amount, row.repair) == (500, "/finance/flags/")
    assert row.url == f"/finance/postings/{made.batch_id}-{made.posting}/"
    assert failing(TODAY, UserFactory(role=Role.READER)) == computed.Failing(hidden=1)


def test_funding_that_nobody_decided_is_not_defined():
    assert outcome("I28") == (None, 0)
    ServiceFactory(name="Utan", area=None)
    assert outcome("I28") == (0, 1)


def test_what_lacks_funding_is_shown_to_who_answers_for_it():
    owner = PersonFactory(user=UserFactory())
    CostOwnerFactory(cost_object=ServiceFactory(name="Min", area=None), person=owner)
    ServiceFactory(name="Annans", area=None)
    failing = computed.find("I28").failing
    mine = failing(TODAY, owner.user)
    assert ([row.what for row in mine.rows], mine.hidden) == (["Min"], 1)
    assert len(failing(TODAY, UserFactory(role=Role.MANAGEMENT)).rows) == 2
