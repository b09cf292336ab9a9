import pytest

from finance.importing.understanding import ReadingChoices
from tests.finance.ledger_files import book, default_source, write

pytestmark = pytest.mark.django_db


def turned(folder, negative: int, positive: int):
    """So many negative and positive rows on a cost account, and a positive one on an account of no group."""
    amounts = [*["-1,00"] * negative, *["1,00"] * positive]
    return write(folder, *[f"202503;5010;;1100;;1;;;{amount}" for amount in amounts], "202503;8999;;1100;;1;;;9,00")


@pytest.mark.parametrize(("negative", "positive", "status"), [(9, 1, "refused"), (8, 2, "booked"), (0, 3, "booked")])
def test_more_than_four_fifths_negative_cost_rows_stop_the_import(tmp_path, negative, positive, status):
    assert book(turned(tmp_path, negative, positive)).status == status


def test_the_question_says_how_many(tmp_path):
    assert "9 av 10 rader" in book(turned(tmp_path, 9, 1)).errors[0].reason


@pytest.mark.parametrize(("sign", "total"), [("ledger", "1.00"), ("flipped", "-1.00")])
def test_a_choice_by_hand_answers(tmp_path, sign, total):
    assert str(book(turned(tmp_path, 9, 1), choices=ReadingChoices(sign=sign)).sum) == total


def test_the_limit_is_the_sources(tmp_path):
    source = default_source()
    source.most_negative = 50
    source.save()
    assert book(turned(tmp_path, 6, 4)).status == "refused"
