"""A model from a day on: the new set closes the old one, and every day is whole or nothing."""

import datetime as dt
import threading
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.actions import funding
from finance.models import FundingShare
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.finance import FundingShareFactory, FundingSourceFactory, LedgerProjectFactory
from tests.factories.services import ServiceFactory

DAY = dt.date(2025, 1, 1)


@pytest.fixture
def own(db):
    return CostObject.objects.get(pk=ServiceFactory(code="TJ1").pk)


@pytest.fixture
def sources(db):
    return [FundingSourceFactory(code=code) for code in ("anslag", "avgift", "bidrag")]


def put(own, sources, *parts, first=DAY, **kwargs):
    """The parts in the sources' order; 0 leaves one out."""
    shares = {source: Decimal(part) for source, part in zip(sources, parts, strict=False) if Decimal(part)}
    return funding.set_model(own, shares, first=first, **{"registry_no": "UFV 1", "by": None, **kwargs})


def on(own, day):
    """Source → share on a day."""
    return {row.source.code: str(row.share) for row in FundingShare.objects.of(own).on(day)}


def test_a_new_set_closes_the_old_one(own, sources):
    put(own, sources, "60", "40")
    put(own, sources, "70", "0", "30", first=dt.date(2025, 7, 1))
    assert on(own, dt.date(2025, 6, 30)) == {"anslag": "60.00", "avgift": "40.00"}
    assert on(own, dt.date(2025, 7, 1)) == {"anslag": "70.00", "bidrag": "30.00"}
    connection.check_constraints()


def test_a_set_from_the_same_day_is_replaced_and_its_history_kept(own, sources):
    user = UserFactory()
    put(own, sources, "60", "40")
    put(own, sources, "50", "0", "50", by=user)
    assert on(own, DAY) == {"anslag": "50.00", "bidrag": "50.00"}
    past = FundingShare.history.filter(source=sources[1]).order_by("history_id")
    assert [(row.history_type, row.history_user) for row in past] == [("+", None), ("-", user)]
    assert FundingShare.history.filter(source=sources[0]).count() == 2


def test_a_set_ends_where_a_later_one_begins(own, sources):
    put(own, sources, "100", first=dt.date(2026, 1, 1))
    valid = put(own, sources, "0", "100", last=dt.date(2026, 6, 30))
    assert (valid.lower, valid.upper) == (DAY, dt.date(2026, 1, 1))


def test_a_set_can_have_a_last_day(own, sources):
    put(own, sources, "100", last=dt.date(2025, 12, 31))
    assert on(own, dt.date(2025, 12, 31)) == {"anslag": "100.00"}
    assert on(own, dt.date(2026, 1, 1)) == {}
    connection.check_constraints()


def test_the_same_again_changes_nothing(own, sources):
    put(own, sources, "60", "40")
    put(own, sources, "60", "40")
    assert FundingShare.history.count() == 2


@pytest.mark.parametrize("parts", [("99.99",), ("60", "40.01"), ()])
def test_what_is_not_whole_is_refused_and_nothing_stored(own, sources, parts):
    put(own, sources, "100")
    with pytest.raises(funding.NotWholeError):
        put(own, sources, *parts, first=dt.date(2025, 7, 1))
    assert on(own, dt.date(2025, 8, 1)) == {"anslag": "100.00"}


def test_a_share_of_three_decimals_is_refused_and_nothing_stored(own, sources):
    put(own, sources, "100")
    with pytest.raises(ValidationError):
        put(own, sources, "33.333", "66.667", first=dt.date(2025, 7, 1))
    assert on(own, dt.date(2025, 8, 1)) == {"anslag": "100.00"}


def test_a_decision_is_needed(own, sources):
    with pytest.raises(ValidationError):
        put(own, sources, "100", registry_no="")


def test_a_set_is_taken_away_whole(own, sources):
    put(own, sources, "60", "40")
    put(own, sources, "100", first=dt.date(2025, 7, 1))
    funding.remove_model(own, dt.date(2025, 7, 1), by=None)
    assert on(own, dt.date(2025, 8, 1)) == {}
    assert len(on(own, dt.date(2025, 6, 30))) == 2
    with pytest.raises(funding.NoModelError):
        funding.remove_model(own, dt.date(2025, 7, 1), by=None)


def test_a_project_has_a_model_of_its_own(sources):
    project = LedgerProjectFactory()
    put(project, sources, "100")
    assert on(project, DAY) == {"anslag": "100.00"}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_refused():
    """Neither sees the other's rows while they write; the database asks one after the other."""
    own = CostObject.objects.get(pk=ServiceFactory().pk)
    both, caught = threading.Barrier(2), []
    sources = [FundingSourceFactory() for _n in range(2)]

    def save(source):
        try:
            with transaction.atomic():
                FundingShareFactory(cost_object=own, source=source)
                both.wait(10)
        except IntegrityError as error:
            caught.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[source]) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(caught), FundingShare.objects.count()) == (1, 1)


HUNDREDTHS = st.lists(st.integers(1, 9_999), max_size=2).map(lambda cuts: sorted({*cuts, 0, 10_000}))
MODELS = st.lists(st.tuples(st.integers(0, 60), HUNDREDTHS, st.integers(0, 40)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=30)
@given(MODELS)
@pytest.mark.django_db
def test_whatever_is_set_in_whatever_order_every_day_is_whole_or_nothing(models):
    with transaction.atomic():
        own = CostObject.objects.get(pk=ServiceFactory().pk)
        sources = [FundingSourceFactory() for _n in range(3)]
        for start, cuts, length in models:
            parts = [Decimal(high - low) / 100 for low, high in pairwise(cuts)]
            first = DAY + dt.timedelta(start)
            put(own, sources, *parts, first=first, last=first + dt.timedelta(length) if length else None)
        rows = list(FundingShare.objects.of(own).values_list("valid", "share"))
        for day in range(-1, 120):
            held = [share for valid, share in rows if DAY + dt.timedelta(day) in valid]
            assert sum(held) in (0, 100)
        assert funding.broken_day(rows) is None
        connection.check_constraints()
        transaction.set_rollback(True)


PARTS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.integers(1, 10_000)), max_size=6)


@settings(deadline=None, max_examples=60)
@given(PARTS)
@pytest.mark.django_db
def test_python_and_the_database_find_the_same_days_broken(parts):
    """Any rows, whole or not."""
    rows = []
    with transaction.atomic():
        own = CostObject.objects.get(pk=ServiceFactory().pk)
        for start, length, hundredths in parts:
            first = DAY + dt.timedelta(start)
            row = FundingShareFactory(
                cost_object=own, share=Decimal(hundredths) / 100, valid=(first, first + dt.timedelta(length))
            )
            row.refresh_from_db()
            rows.append((row.valid, row.share))
        try:
            with transaction.atomic():
                connection.check_constraints()
        except IntegrityError:
            refused = True
        else:
            refused = False
        transaction.set_rollback(True)
    assert refused == (funding.broken_day(rows) is not None) == bool(funding.problem_of_days(rows))
