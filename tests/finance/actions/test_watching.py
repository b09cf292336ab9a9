import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from finance.actions import watching
from finance.models import ImportBatch
from tests.finance.ledger_files import HEADER, ROWS, book, default_source, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    default_source()
    made = tmp_path / "in"
    made.mkdir()
    return made


def watch(folder, *options):
    call_command("import_postings", "--watch", str(folder), "--once", "--pause", "0.05", "--create-codes", *options)


def test_a_booked_file_lies_among_the_processed_with_its_result(folder):
    write(folder, *ROWS)
    watch(folder)
    report = json.loads((folder / "processed" / "huvudbok.csv.json").read_text())
    assert (report["status"], report["booked"]) == ("booked", 3)
    assert (folder / "processed" / "huvudbok.csv").exists()
    assert not (folder / "huvudbok.csv").exists()


def test_a_refused_file_lies_among_the_refused_with_the_reason(folder):
    write(folder, "202503;5010;;1100;;4;;;12 34,00")
    watch(folder)
    report = json.loads((folder / "refused" / "huvudbok.csv.json").read_text())
    assert report["errors"][0]["column"] == "Belopp"


def test_a_file_that_grows_is_left_until_it_stands_still(folder):
    path = write(folder, *ROWS)
    looked = watching.Folder(folder)
    assert looked.whole() == []
    with path.open("a") as more:
        more.write("202503;5010;")
    assert looked.whole() == []
    assert looked.whole() == [path]


@pytest.mark.parametrize("name", [".dold.csv", "fil.csv.part", "fil.TMP"])
def test_a_file_whose_name_says_that_it_is_not_done_is_left(folder, name):
    write(folder, *ROWS, name=name)
    looked = watching.Folder(folder)
    assert looked.whole() + looked.whole() == []


def test_a_name_that_was_used_before_gets_a_number(folder):
    for rows in (ROWS[:1], [ROWS[0].replace("202503", "202504")]):
        write(folder, *rows)
        watch(folder)
    assert {path.name for path in (folder / "processed").glob("*.csv")} == {"huvudbok.csv", "huvudbok-2.csv"}


def test_a_second_watcher_is_kept_out(folder):
    with watching.only_watcher(folder), pytest.raises(CommandError, match="bevakas redan") as stop:
        watch(folder)
    assert stop.value.returncode == 2


def test_what_the_booking_raises_leaves_the_file_where_it_was(folder):
    path = write(folder, *ROWS)
    with pytest.raises(ZeroDivisionError):
        watching.Folder(folder).book(path, lambda path, member: 1 / 0)
    assert list(folder.iterdir()) == [path]


def test_a_file_booked_before_is_refused_with_when_and_by_whom(folder, tmp_path):
    book(write(tmp_path, *ROWS))
    write(folder, *ROWS)
    watch(folder)
    report = json.loads((folder / "refused" / "huvudbok.csv.json").read_text())
    assert report["status"] == "duplicate"
    assert "av servern" in report["errors"][0]["reason"]
    assert ImportBatch.objects.count() == 1


APRIL = ["202504;5730;Licenser;1200;;3;2025-04-01;Licens;500,25"]


def zipped(folder, **files):
    with zipfile.ZipFile(folder / "natt.zip", "w") as archive:
        for name, rows in files.items():
            archive.writestr(f"{name}.csv", "\r\n".join([HEADER, *rows, ""]))


def report_of(path):
    report = json.loads(path.read_text())
    return report["status"], {name: one["status"] for name, one in report["members"].items()}


def test_the_files_of_a_zip_are_booked_one_by_one(folder):
    zipped(folder, mars=ROWS[:2], april=APRIL)
    watch(folder)
    expected = ("booked", {"mars.csv": "booked", "april.csv": "booked"})
    assert report_of(folder / "processed" / "natt.zip.json") == expected
    names = set(ImportBatch.objects.values_list("file_name", flat=True))
    assert names == {"natt.zip: mars.csv", "natt.zip: april.csv"}


def test_what_was_booked_of_a_refused_zip_is_known_when_it_comes_back(folder):
    zipped(folder, mars=ROWS[:2], april=["202504;5010;;1100;;4;;;12 34,00"])
    watch(folder)
    assert report_of(folder / "refused" / "natt.zip.json")[0] == "refused"
    zipped(folder, mars=ROWS[:2], april=APRIL)
    watch(folder)
    expected = ("booked", {"mars.csv": "duplicate", "april.csv": "booked"})
    assert report_of(folder / "processed" / "natt.zip.json") == expected


def test_a_broken_zip_is_refused_with_a_sentence(folder):
    (folder / "natt.zip").write_bytes(b"PK\x03\x04" + b"x" * 200)
    watch(folder)
    assert json.loads((folder / "refused" / "natt.zip.json").read_text())["errors"][0]["reason"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="finns inte"):
        watch(tmp_path / "ingen")
