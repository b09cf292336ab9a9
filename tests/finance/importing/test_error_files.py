import io

import pytest

from finance.importing import error_files
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal
from finance.importing.understanding import ReadingChoices
from tests.finance.ledger_files import HEADER, ROWS, book, write
from tests.finance.ledger_variants import Read

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
    whole.write_text(written(error_files.write_combined, path, corrected), encoding="utf-8-sig")
    result = book(whole)
    assert (result.status, str(result.sum), str(result.control_total)) == ("booked", "3000.25", "3000.25")


def test_a_corrected_file_of_other_columns_is_refused(tmp_path):
    path = write(tmp_path, *ROWS)
    (tmp_path / "annan.csv").write_text("a;b\n1;2\n")
    with pytest.raises(Refusal, match="rättade filen"):
        written(error_files.write_combined, path, tmp_path / "annan.csv")


def test_amounts_by_convention_are_checked_as_they_are_read(tmp_path):
    path = write(tmp_path, "202503;5010;;1;;1;;;12,5", "202503;5010;;1;;1;;;0,005")
    lines = written(error_files.write_errors, path, choices=ReadingChoices(scale="ore", decimal_mark=",")).splitlines()
    assert len(lines) == 3


def test_a_sie_file_is_corrected_where_it_comes_from(tmp_path):
    (tmp_path / "fil.se").write_text("#FLAGGA 0\n#SIETYP 4\n")
    with pytest.raises(Refusal, match="SIE"):
        written(error_files.write_rest, tmp_path / "fil.se")


def test_the_rest_of_a_workbook_is_text(tmp_path):
    from tests.finance.ledger_variants import make_xlsx

    path = make_xlsx(tmp_path / "bok", [HEADER.split(";"), ROWS[0].split(";"), BAD[0].split(";")])
    (tmp_path / "rest.csv").write_text(written(error_files.write_rest, path), encoding="utf-8-sig")
    assert len(Read(tmp_path / "rest.csv").rows) == 1
