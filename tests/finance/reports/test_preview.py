"""What the preview says of a file, from the dry run's own figures."""

from decimal import Decimal

import pytest

from finance.models import ImportBatch, ImportSource
from finance.reports.preview import preview
from tests.finance.ledger_files import ROWS, book, default_source, write
from tests.finance.uploaded import previewed, received
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def row(amount: str, *, period="202503", account="5010", centre="1100", day="2025-03-14", text="Hyra") -> str:
    return f"{period};{account};;{centre};;1;{day};{text};{amount}"


def shown(*rows: str, **options):
    found = preview(previewed(*rows, **options))
    assert found
    return found


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_before_the_dry_run_there_is_no_preview():
    assert preview(received()) is None


def test_when_it_warns_is_the_sources_own_data(tmp_path):
    limits = {"far_months": 1, "large_times": 2, "large_from": 3, "large_rows": 4}
    ImportSource.objects.filter(pk=default_source().pk).update(**limits)
    book(write(tmp_path, *[row("1,00", period="202502", day="2025-02-10")] * 4))
    found = shown(row("3,00", day="2025-02-14"))
    assert [warning.title for warning in found.warnings] == [
        "1 rad har ett datum långt från sin period",
        "1 belopp är ovanligt stort",
    ]
    assert "Mer än 2 gånger" in found.warnings[1].text


def test_the_verdict_is_one_sentence_of_rows_sum_and_what_is_unknown():
    found = shown(*ROWS)
    assert plain(found.verdict) == "3 rader, 3 000,25 kr, 2 okända konton, 2 okända kostnadsställen, 1 okänt projekt"
    assert found.is_accepted


def test_unknown_codes_have_their_rows_and_sum():
    kinds = {kind.role: kind for kind in shown(*ROWS).unknown}
    assert [(c.code, c.count, c.amount) for c in kinds["account"].codes] == [
        ("5010", 1, Decimal("1000.00")),
        ("5730", 2, Decimal("2000.25")),
    ]


def test_periods_add_up_to_the_file():
    found = shown(*ROWS)
    assert [(line.period, line.rows, line.amount) for line in found.periods] == [
        (202503, 2, Decimal("3500.50")),
        (202504, 1, Decimal("-500.25")),
    ]


def test_groups_are_compared_with_the_period_before_in_the_file():
    (line,) = shown(*ROWS).groups.lines
    assert (line.label, line.latest, line.previous) == ("Drift", Decimal("-500.25"), Decimal("3500.50"))
    assert line.difference == Decimal("-4000.75")


def test_groups_and_centres_are_compared_with_the_period_before_in_the_ledger(tmp_path):
    book(write(tmp_path, row("100,00"), row("7,00", centre="1300")))
    found = shown(row("150,00", period="202504"))
    assert found.groups.previous == Period(202503)
    assert [(line.amount, line.previous) for line in found.groups.lines] == [(Decimal("150.00"), Decimal("107.00"))]
    centres = {line.label[:4]: (line.latest, line.previous) for line in found.centres.lines}
    assert centres == {"1100": (Decimal("150.00"), Decimal("100.00")), "1300": (Decimal("0.00"), Decimal("7.00"))}
    assert not found.groups.several


def test_without_a_period_before_there_is_nothing_to_compare_with():
    assert not shown(row("1,00")).groups.has_previous


def test_accounts_without_a_group_have_a_line_of_their_own():
    assert [line.label for line in shown(row("1,00", account="9999")).groups.lines] == ["Konton utan kontogrupp"]


def test_what_is_booked_for_the_period_before_is_told(tmp_path):
    booked = book(write(tmp_path, row("100,00"), row("1,00", period="202502")))
    found = shown(row("150,00"))
    (before,) = found.before
    assert (before.batch, before.file_name, before.rows, before.more) == (booked.batch, "huvudbok.csv", 2, True)
    assert before.periods == "2025-02–2025-03"


def test_what_no_longer_counts_or_is_another_sources_is_not_booked_before(tmp_path):
    booked = book(write(tmp_path, row("100,00")))
    ImportBatch.objects.filter(pk=booked.batch).update(ended_at="2025-09-11T00:00Z")
    assert shown(row("150,00")).before == []


def test_new_changed_and_gone_sums_are_told_with_the_same_counted(tmp_path):
    book(write(tmp_path, row("1,00"), row("2,00", centre="1200"), row("3,00", centre="1300")))
    found = shown(row("1,00"), row("5,00", centre="1200"), row("4,00", centre="1400"), row("9,00", period="202506"))
    changes = {change.label: change for change in found.changes}
    assert found.same == 1
    assert [(c.label, c.count, c.difference) for c in found.changes] == [
        ("Nytt", 1, Decimal("4.00")),
        ("Ändrat", 1, Decimal("3.00")),
        ("Borta", 1, Decimal("-3.00")),
    ]
    (line,) = changes["Ändrat"].lines
    assert (line.cost_centre, line.was, line.now, line.period) == ("1200", Decimal("2.00"), Decimal("5.00"), 202503)


def test_the_same_sum_of_other_rows_has_changed(tmp_path):
    book(write(tmp_path, row("4,00")))
    found = shown(row("3,00"), row("1,00"))
    assert [change.label for change in found.changes] == ["Ändrat"]


def test_a_file_with_errors_says_how_many_and_where():
    found = shown(row("1,00"), row("1,005"), row("--1"))
    assert not found.is_accepted
    assert found.verdict == "Filen kan inte bokföras: 2 fel att rätta."
    assert [error["line"] for error in found.errors] == [3, 4]


def test_a_file_that_is_booked_already_names_its_import(tmp_path):
    booked = book(write(tmp_path, *ROWS))
    found = shown(*ROWS)
    assert found.duplicate_of == booked.batch
    assert "redan bokförd" in found.verdict


def test_skipped_rows_and_the_files_own_sum_are_told():
    found = shown(row("1,00"), row("2,00"), "Summa;;;;;;;;3,00", "")
    assert [(line["line"], line["reason"]) for line in found.skipped][:1] == [(4, "summarad")]
    assert found.control_total == Decimal("3.00")


@pytest.mark.parametrize(("negative", "asked"), [(4, False), (5, True)])
def test_mostly_negative_costs_raise_the_question_of_signs(negative, asked):
    rows = [row("-10,00")] * negative + [row("10,00")]
    assert bool(shown(*rows).signs) == asked


def test_dates_far_from_their_period_are_told_and_december_in_january_is_not():
    usual = row("1,00", period="202412", day="2025-01-09")
    assert shown(usual).warnings == []
    (warning,) = shown(usual, row("1,00", period="202503", day="2024-03-14")).warnings
    assert "1 rad har ett datum långt från sin period" in warning.title
    assert "rad 3" in warning.lines[0]


def test_an_amount_a_hundred_times_the_usual_is_told(tmp_path):
    book(write(tmp_path, *[row("500,00", period="202502")] * 25))
    assert shown(row("49000,00")).warnings == []
    (warning,) = shown(row("600,00"), row("51000,00", text="Nolla för mycket")).warnings
    assert "1 belopp är ovanligt stort" in warning.title
    assert plain(warning.lines[0]).startswith("rad 3, konto 5010: 51 000,00 kr (brukar vara 500 kr)")


def test_an_account_with_few_rows_has_no_usual_amount(tmp_path):
    book(write(tmp_path, *[row("500,00", period="202502")] * 5))
    assert shown(row("51000,00")).warnings == []
