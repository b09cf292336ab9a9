"""Two processes at the same instant: exactly one wins, the other is told. The control shows the race without a lock."""

import pytest

from finance.models import ImportBatch, Posting
from tests.finance.booking_process import bookers
from tests.finance.ledger_files import ROWS, book, default_source, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("partitions_go")]
OTHER = ("202503;5010;Lokalhyra;1100;P1;9;2025-03-14;Annat;77,00", "202504;5730;Licenser;1100;;9;;Annat;11,00")


@pytest.fixture
def run(tmp_path, settings):
    """Something is booked, so that the two add to the same sums."""
    settings.MEDIA_ROOT = tmp_path / "media"
    default_source()
    book(write(tmp_path, "202401;5010;Lokalhyra;1100;P1;1;;Fjol;5,00", name="fjol.csv"))
    with bookers(settings.MEDIA_ROOT) as started:
        yield started


@pytest.fixture
def files(tmp_path):
    """Two files of the same source and periods."""
    return write(tmp_path, *ROWS, name="en.csv"), write(tmp_path, *OTHER, name="annan.csv")


def both(run, one, other, **options):
    """The second one's pause is the longer: it goes on when the first is done."""
    pids = [run.start(one, pause=0.5, **options), run.start(other, pause=2, **options)]
    return [run.answer(pid) for pid in pids]


def statuses(answers):
    return sorted(answer["status"] for answer in answers)


def test_of_two_files_for_the_same_period_one_wins_and_the_other_is_told_by_whom(run, files):
    answers = both(run, *files)
    assert statuses(answers) == ["booked", "refused"]
    loser = next(answer for answer in answers if answer["status"] == "refused")
    assert "redan bokförd från källan" in loser["reasons"][0]
    assert "servern" in loser["reasons"][0]
    assert ImportBatch.objects.in_force().count() == 2


def test_without_the_lock_both_would_win(run, files):
    assert statuses(both(run, *files, lock=False)) == ["booked", "booked"]


def test_of_two_that_replace_the_same_period_the_later_counts(run, files, tmp_path):
    book(write(tmp_path, "202503;5010;;1100;;1;;;1,00", "202504;5010;;1100;;1;;;1,00", name="forst.csv"))
    assert statuses(both(run, *files, when_booked="replace")) == ["booked", "booked"]
    assert ImportBatch.objects.in_force().count() == 2
    assert Posting.objects.exclude(period=202401).values("batch").distinct().count() == 1


def test_one_file_twice_is_booked_once(run, files):
    assert statuses(both(run, files[0], files[0])) == ["booked", "duplicate"]
    assert Posting.objects.exclude(period=202401).count() == len(ROWS)
