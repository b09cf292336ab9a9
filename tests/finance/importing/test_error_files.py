import csv
import io
from decimal import Decimal

import pytest

from finance.importing import corrections, error_files
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal
from finance.importing.understanding import ReadingChoices
from tests.finance.ledger_files import HEADER, ROWS, book, write
from tests.finance.ledger_variants import Read, make_xlsx

pytestmark = pytest.mark.django_db
BAD = (
    "202514;5010;;1100;;1;;;5,00",
    "202503;;;1100;;1;;;5,00",
    "202503;50/10;;11 00;;1;2025-02-30;;fel",
    "202503;5010;;1100;;1;;5,00",
    "202503;5010;;1100;;1;;" + "x" * 501 + ";=1+1",
    f"202503;5010;{'n' * 300};{'k' * 41};;1;;;5,00",
)


def written(write_file, path, *given, **options) -> str:
    out = io.StringIO()
    with open_ledger(path, options.pop("choices", None)) as opened:
        write_file(opened, *given, out, **options)
    return out.getvalue().removeprefix("\ufeff")


def test_all_errors_are_those_of_booking(tmp_path):
    path = write(tmp_path, ROWS[0], *BAD[:3], ROWS[1], *BAD[4:])
    errors = [(e.line, e.column, e.reason) for e in book(path).errors]
    lines = written(error_files.write_errors, path).splitlines()
    assert lines[0] == "Rad;Kolumn;Värde;Fel"
    found = sorted((int(line.split(";")[0]), line.split(";")[1]) for line in lines[1:])
    assert found == sorted((line, column) for line, column, _reason in errors)
    assert all(any(reason.split(" ")[0] in line for line in lines) for _line, _column, reason in errors)


def test_rows_of_the_wrong_width_are_among_them(tmp_path):
    lines = written(error_files.write_errors, write(tmp_path, *BAD)).splitlines()
    assert any(line.startswith("5;;") and "8 fält" in line for line in lines)


def test_more_errors_than_are_listed_are_all_written(tmp_path):
    lines = written(error_files.write_errors, write(tmp_path, *["202503;5010;;1100;;1;;;fel"] * 1500)).splitlines()
    assert len(lines) == 1501


def test_a_value_that_a_spreadsheet_would_run_is_made_text(tmp_path):
    assert "'=1+1" in written(error_files.write_errors, write(tmp_path, *BAD))


def test_the_rest_is_a_correct_file(tmp_path):
    path = write(tmp_path, ROWS[0], *BAD, ROWS[1], "Summa;;;;;;;;99,00", ROWS[2])
    rest = tmp_path / "rest.csv"
    rest.write_text(written(error_files.write_rest, path), encoding="utf-8-sig")
    result = book(rest)
    assert (result.status, result.booked, str(result.sum)) == ("booked", 3, "3000.25")


def test_wrong_rows_come_back_corrected_in_their_places(tmp_path):
    path = write(tmp_path, ROWS[0], "202503;5730;Licenser;1100;;2;;Licens;fel", ROWS[2], "Summa;;;;;;;;3000,25")
    wrong = written(error_files.write_wrong_rows, path)
    assert wrong.splitlines()[0] == f"Rad;{HEADER};Fel"
    corrected, whole = tmp_path / "rättad.csv", tmp_path / "hel.csv"
    corrected.write_text(wrong.replace(";fel;", ";2500,50;"), encoding="utf-8-sig")
    whole.write_text(written(corrections.write_combined, path, corrected), encoding="utf-8-sig")
    result = book(whole)
    assert (result.status, str(result.sum), str(result.control_total)) == ("booked", "3000.25", "3000.25")


@pytest.fixture
def halves(tmp_path):
    """A file with a wrong row, and its wrong rows as they are given out. Writes the whole of what comes back."""
    path = write(tmp_path, ROWS[0], "202503;0040;=Hyra;0110;;2;2025-03-14;-Text;fel", ROWS[2])
    wrong = list(csv.reader(written(error_files.write_wrong_rows, path).splitlines(), delimiter=";"))

    def combined(back):
        return written(corrections.write_combined, path, back).splitlines()

    return wrong, combined


def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back_as_it_was(halves, tmp_path):
    wrong, combined = halves
    assert wrong[1][3:9] == ["'=Hyra", "0110", "", "2", "2025-03-14", "'-Text"]
    wrong[1][9] = "-5,00"
    assert combined(write_table(tmp_path, wrong))[2] == "202503;0040;=Hyra;0110;;2;2025-03-14;-Text;-5,00"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_the_corrected_file_is_read_as_spreadsheet_programs_save_it(halves, tmp_path, encoding):
    """Without leading zeros, without the reasons, in the encoding of the program."""
    wrong, combined = halves
    wrong[1] = ["3", "202503", "40", "Åhyra", "110", "", "2", "2025-03-14", "Text", "5,00"]
    back = write_table(tmp_path, wrong, encoding=encoding)
    assert combined(back)[2] == "202503;0040;Åhyra;0110;;2;2025-03-14;Text;5,00"


def test_the_corrected_file_may_be_a_workbook(halves, tmp_path):
    wrong, combined = halves
    wrong[1][9] = Decimal("1234.5")
    wrong[1][0] = Decimal(3)
    assert combined(make_xlsx(tmp_path / "rättad", wrong))[2].endswith(";1234,5")


def test_a_row_that_is_not_in_the_corrected_file_stays_as_it_was(halves, tmp_path):
    wrong, combined = halves
    assert combined(write_table(tmp_path, wrong[:1]))[2].endswith(";fel")


@pytest.mark.parametrize(("row", "reason"), [("99", "rader som filen saknar: 99"), ("x", "radens nummer")])
def test_a_corrected_row_that_belongs_nowhere_is_refused(halves, tmp_path, row, reason):
    wrong, combined = halves
    wrong[1][0] = row
    with pytest.raises(Refusal, match=reason):
        combined(write_table(tmp_path, wrong))


def test_a_row_of_too_many_fields_is_given_out_whole(tmp_path):
    path = write(tmp_path, ROWS[0], f"{ROWS[1]};mer;till")
    assert '"2 500,50;mer;till"' in written(error_files.write_wrong_rows, path)


def write_table(folder, rows, encoding="utf-8-sig"):
    path = folder / "rättad.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def test_a_corrected_file_of_other_columns_is_refused(tmp_path):
    path = write(tmp_path, *ROWS)
    (tmp_path / "annan.csv").write_text("a;b\n1;2\n")
    with pytest.raises(Refusal, match="rättade filen"):
        written(corrections.write_combined, path, tmp_path / "annan.csv")


def test_amounts_by_convention_are_checked_as_they_are_read(tmp_path):
    path = write(tmp_path, "202503;5010;;1;;1;;;12,5", "202503;5010;;1;;1;;;0,005")
    lines = written(error_files.write_errors, path, choices=ReadingChoices(scale="ore", decimal_mark=",")).splitlines()
    assert len(lines) == 3


def test_a_sie_file_is_corrected_where_it_comes_from(tmp_path):
    (tmp_path / "fil.se").write_text("#FLAGGA 0\n#SIETYP 4\n")
    with pytest.raises(Refusal, match="SIE"):
        written(error_files.write_rest, tmp_path / "fil.se")


def test_the_rest_of_a_workbook_is_text(tmp_path):
    path = make_xlsx(tmp_path / "bok", [HEADER.split(";"), ROWS[0].split(";"), BAD[0].split(";")])
    (tmp_path / "rest.csv").write_text(written(error_files.write_rest, path), encoding="utf-8-sig")
    assert len(Read(tmp_path / "rest.csv").rows) == 1
