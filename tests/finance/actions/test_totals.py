"""The totals hold what the sums hold, for whoever may read them, through bookings, withdrawals and new runs."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Sum

from finance.actions import totals
from finance.choices import Sensitivity, TotalBy
from finance.models import CostRollup, CostTotal, SpanTotal
from services.models import CostObject
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.finance import CostCentreFactory, CostCentreUnitFactory, RollupFactory, RunFactory
from tests.factories.services import PersonFactory, ServiceFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import TERTIAL, YEAR, Period, divided, since

pytestmark = pytest.mark.django_db


def seen_by(**account):
    return CostRollup.objects.visible_to(UserFactory(**account), TODAY).in_force()


@pytest.fixture
def run():
    return RunFactory()


@pytest.mark.parametrize("by", TotalBy)
def test_the_totals_hold_what_the_sums_hold(run, by):
    RollupFactory(run=run, amount=100, sensitivity=Sensitivity.SENSITIVE)
    RollupFactory(run=run, amount=-30)
    sums = CostRollup.objects.values_list(by, "period", "sensitivity").annotate(total=Sum("amount"))
    found = CostTotal.objects.filter(by=by).values_list(by, "period", "sensitivity").annotate(total=Sum("amount"))
    assert sorted(sums) == sorted(found)


def test_a_credit_does_not_hide_what_it_meets_in_a_total(run):
    first = RollupFactory(run=run, amount=100)
    RollupFactory(run=run, amount=-100, account_group=first.account_group)
    total = CostTotal.objects.get(by=TotalBy.ACCOUNT_GROUP)
    assert (total.amount, total.absolute) == (0, 200)


def test_a_controller_reads_the_totals_and_a_reader_does_not(run):
    assert seen_by(role=Role.CONTROLLER).coarse("cost_centre").model is CostTotal
    assert seen_by(role=Role.READER).coarse("cost_centre").model is CostRollup


def test_management_reads_totals_of_what_is_open(run):
    RollupFactory(run=run, amount=100, sensitivity=Sensitivity.SENSITIVE)
    RollupFactory(run=run, amount=7)
    (total,) = seen_by(role=Role.MANAGEMENT).coarse("account_group")
    assert total.amount == 7


def test_who_manages_a_unit_too_reads_totals_by_cost_centre_alone(run):
    user = UserFactory(role=Role.MANAGEMENT)
    unit = UnitFactory(manager=PersonFactory(user=user))
    RollupFactory(run=run, cost_centre=CostCentreFactory(unit=unit))
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    assert seen.coarse("account_group").model is CostRollup
    assert seen.coarse("cost_centre").model is CostTotal


def test_a_question_about_two_things_or_with_another_filter_is_put_to_the_sums(run):
    seen = seen_by(role=Role.CONTROLLER)
    assert seen.coarse("cost_centre", "account_group__code").model is CostRollup
    assert seen.filter(amount__gt=0).coarse("cost_centre").model is CostRollup
    assert seen.costs().coarse("cost_centre__code").model is CostTotal


def test_a_managers_parts_are_what_they_see(run):
    user = UserFactory()
    person = PersonFactory(user=user)
    own, other = CostCentreFactory(unit=UnitFactory(manager=person)), CostCentreFactory()
    service = CostObject.objects.get(pk=ServiceFactory(cost_owner=person).pk)
    for centre in (own, other):
        for sensitivity in Sensitivity.OPEN, Sensitivity.SENSITIVE:
            RollupFactory(run=run, cost_centre=centre, amount=100, sensitivity=sensitivity)
            RollupFactory(run=run, cost_centre=centre, amount=7, sensitivity=sensitivity, cost_object=service)
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    parts = seen.parts("cost_centre")
    assert [part.model for part in parts] == [CostTotal, CostRollup]
    assert sum(row.amount for part in parts for row in part) == sum(row.amount for row in seen) == 221


def test_own_cost_centres_are_read_out_of_their_totals_and_others_are_not(run):
    user = UserFactory()
    own, other = CostCentreFactory(unit=UnitFactory(manager=PersonFactory(user=user))), CostCentreFactory()
    for centre in own, other:
        RollupFactory(run=run, cost_centre=centre, amount=100)
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    assert [row.amount for row in seen.on_centres({own.pk}).coarse()] == [100]
    assert seen.on_centres({own.pk}).coarse().model is CostTotal
    assert seen.on_centres({own.pk, other.pk}).coarse().model is CostRollup
    assert seen.on_centres({own.pk}).coarse("account_group").model is CostRollup


SPANS = ("", *TotalBy)


@pytest.mark.parametrize("by", SPANS)
@pytest.mark.parametrize("months", [TERTIAL, YEAR])
def test_the_spans_hold_what_the_ordinary_months_hold(run, by, months):
    for number, period in enumerate((202412, 202500, 202501, 202504, 202505, 202513)):
        RollupFactory(run=run, period=Period(period), amount=10**number, sensitivity=number % 2)
    spans = SpanTotal.objects.filter(by=by, months=months).order_by("period", "sensitivity")
    found = list(spans.values_list("period", "sensitivity").annotate(total=Sum("amount")))
    if months == YEAR:
        assert found == [(202401, 0, 1), (202501, 0, 10100), (202501, 1, 1000)]
    else:
        assert found == [(202409, 0, 1), (202501, 0, 100), (202501, 1, 1000), (202505, 0, 10000)]


def test_a_span_follows_when_one_of_its_months_does(run):
    one = RollupFactory(run=run, period=Period(202502), amount=100)
    RollupFactory(run=run, period=Period(202503), amount=20)
    CostRollup.objects.filter(pk=one.pk).update(amount=-100)
    totals.add_up(run.pk, [one.period])
    spans = (
        SpanTotal.objects.filter(by="cost_centre").values_list("months").annotate(s=Sum("amount"), a=Sum("absolute"))
    )
    assert sorted(spans) == [(TERTIAL, -80, 120), (YEAR, -80, 120)]


def test_a_span_that_does_not_hold_its_months_is_found(run):
    RollupFactory(run=run, period=Period(202502), amount=100)
    with connection.cursor() as cursor:
        assert totals.broken(cursor, run.pk, 100, 1) == 0
        SpanTotal.objects.filter(by="", months=TERTIAL).update(amount=99)
        assert totals.broken(cursor, run.pk, 100, 1) == 1
        SpanTotal.objects.all().delete()
        assert totals.broken(cursor, run.pk, 100, 1) == 2 * len(SPANS)


def test_a_run_of_special_periods_alone_has_no_spans_and_is_whole(run):
    RollupFactory(run=run, period=Period(202500), amount=100)
    with connection.cursor() as cursor:
        assert totals.broken(cursor, run.pk, 100, 1) == 0
    assert not SpanTotal.objects.exists()


def _asked(sums, *fields):
    """Fields → amount, out of querysets whose sums together are it."""
    found = {}
    for rows in sums:
        for *keys, total in rows.order_by().values_list(*fields).annotate(total=Sum("amount")):
            found[tuple(keys)] = found.get(tuple(keys), 0) + total
    return {keys: total for keys, total in found.items() if total}


STRETCHES = [
    [(202501, 202512)],
    [(202501, 202511), (202401, 202411)],
    [(202406, 202512), (202306, 202412)],
    [(202503, 202503)],
]


@pytest.mark.parametrize("account", [{"role": Role.CONTROLLER}, {"role": Role.MANAGEMENT}, {"manages": True}])
@pytest.mark.parametrize("stretches", STRETCHES)
@pytest.mark.parametrize(
    "fields", [["cost_centre"], ["account_group"], ["cost_object"], ["cost_centre", "cost_object"]]
)
def test_spans_answer_as_the_months_do(run, account, stretches, fields):
    user = UserFactory(role=account.get("role", Role.READER))
    person = PersonFactory(user=user)
    # The cost centre came to the unit in the middle of a tertial: what is sensitive is seen from then on.
    unit = UnitFactory(manager=person if account.get("manages") else PersonFactory())
    own, other = CostCentreFactory(), CostCentreFactory()
    CostCentreUnitFactory(cost_centre=own, unit=unit, valid=since(dt.date(2025, 3, 1)))
    service = CostObject.objects.get(pk=ServiceFactory(cost_owner=person).pk)
    group = RollupFactory(run=run, amount=0).account_group
    amount = 1
    for period in (202306, 202401, 202406, 202412, 202500, 202501, 202502, 202503, 202504, 202511, 202512, 202513):
        for centre in (own, other):
            for sensitivity in (Sensitivity.OPEN, Sensitivity.SENSITIVE):
                for target in (None, service):
                    values = {"cost_centre": centre, "sensitivity": sensitivity, "cost_object": target}
                    RollupFactory(run=run, period=Period(period), account_group=group, amount=amount, **values)
                    amount += 1
    asked = [(Period(first), Period(last)) for first, last in stretches]
    seen = CostRollup.objects.visible_to(user, TODAY).in_force()
    wanted = divided(asked, whole=False)[1]
    plain = _asked([CostRollup.objects.visible_to(user, TODAY).in_force().filter(period__in=wanted)], *fields)
    assert plain
    assert _asked(seen.within(*asked, by=fields), *fields) == plain


def test_a_year_is_one_sum_for_each_combination(run):
    for month in range(1, 13):
        RollupFactory(run=run, period=Period(202500 + month), amount=1)
    (spans,) = seen_by(role=Role.CONTROLLER).within((Period(202501), Period(202512)), by=["cost_centre"])
    assert spans.model is SpanTotal
    assert {row.months for row in spans} == {YEAR}


def test_months_that_are_chosen_first_have_no_spans(run):
    seen = seen_by(role=Role.CONTROLLER).between(Period(202501), Period(202512))
    (months,) = seen.within((Period(202501), Period(202512)))
    assert months.model is CostTotal
