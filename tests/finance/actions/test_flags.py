"""A posting flagged as wrongly coded, followed until the ledger has it right."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from finance.actions import flags, undo
from finance.choices import FlagState
from finance.models import PostingFlag
from tests.factories.core import UserFactory
from tests.finance.ledger_world import AT, World

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(days=40)


@pytest.fixture
def world(db):
    world = World()
    world.user = UserFactory()
    world.row = world.post(world.licences, world.mine, 202503, "100.00", text="Fel kst", voucher_no="LF1")
    world.allocate()
    world.flag = make(world, to_cost_centre=world.other)
    return world


def make(world, **targets):
    return flags.flag(world.row, PostingFlag(wrong="Fel kostnadsställe", **targets), by=world.user, at=AT)


def book(world, *rows):
    """A batch of (cost centre, amount), with the row's own text and voucher."""
    world.batch = world.new_batch()
    for centre, amount in rows:
        world.post(world.licences, centre, 202503, amount, text="Fel kst", voucher_no="LF1")
    world.allocate()
    flags.follow(world.batch, at=LATER)
    world.flag.refresh_from_db()


def test_a_flag_says_where_the_row_should_be(world):
    PostingFlag.objects.all().delete()
    with pytest.raises(ValidationError, match="var den borde vara"):
        make(world)


def test_a_row_is_flagged_once_at_a_time(world):
    with pytest.raises(ValidationError, match="redan flaggad"):
        make(world, to_cost_centre=world.other)
    flags.end(world.flag, FlagState.WITHDRAWN, answer="", by=world.user, at=AT)
    assert make(world, to_cost_centre=world.other).state == FlagState.OPEN


def test_a_reversal_and_the_row_where_it_should_be_put_it_right(world):
    book(world, (world.mine, "-100.00"), (world.other, "100.00"))
    assert (world.flag.state, world.flag.found_batch, world.flag.ended_by) == (FlagState.CORRECTED, world.batch, None)
    assert world.flag.history.count() == 2


@pytest.mark.parametrize("side", ["mine", "other"])
def test_half_a_correction_is_none(world, side):
    book(world, (getattr(world, side), "-100.00" if side == "mine" else "100.00"))
    assert world.flag.state == FlagState.OPEN


def test_a_correction_that_is_undone_opens_the_flag_again(world):
    book(world, (world.mine, "-100.00"), (world.other, "100.00"))
    flags.open_again(world.batch)
    world.flag.refresh_from_db()
    assert (world.flag.state, world.flag.found_batch) == (FlagState.OPEN, None)


def replace(world, centre):
    old = world.batch
    world.batch = world.new_batch()
    row = world.post(
        world.licences, centre, 202503, "100.00", text="Fel kst", voucher_no="LF1", supplier_name="Exempelbolaget AB"
    )
    undo.end(old, by=None, at=LATER, reason="", replaced_by=world.batch)
    world.allocate()
    flags.follow(world.batch, at=LATER)
    world.flag.refresh_from_db()
    return row


def test_a_flag_goes_with_its_row_into_the_file_that_replaces_the_old(world):
    row = replace(world, world.mine)
    assert (world.flag.state, world.flag.posting) == (FlagState.OPEN, row.pk)


def test_a_row_that_has_moved_in_the_new_file_is_put_right(world):
    row = replace(world, world.other)
    assert (world.flag.state, world.flag.found_posting) == (FlagState.CORRECTED, row.pk)


def test_an_answered_flag_is_not_answered_again(world):
    flags.end(world.flag, FlagState.REJECTED, answer="Den är rätt", by=world.user, at=AT)
    with pytest.raises(flags.NotOpen):
        flags.end(world.flag, FlagState.CORRECTED, answer="", by=world.user, at=AT)


def test_open_on_a_day_is_what_was_open_at_its_end(world):
    flags.end(world.flag, FlagState.CORRECTED, answer="", by=world.user, at=LATER)
    days = [AT.date() - dt.timedelta(days=1), AT.date(), LATER.date() - dt.timedelta(days=1), LATER.date()]
    assert [PostingFlag.objects.open_on(day).count() for day in days] == [0, 1, 1, 0]
    assert [PostingFlag.objects.older_than(30, day).count() for day in days] == [0, 0, 1, 1]
