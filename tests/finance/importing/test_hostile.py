"""Hostile files are refused in seconds, with a sentence, and the memory stays bounded."""

import resource
import struct
import time
import zipfile
import zlib

import pytest

from finance.importing import archive, sandbox
from finance.importing.kinds import Kind, kind_of
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal
from finance.importing.records import Findings
from finance.importing.understanding import ReadingChoices
from tests.finance.ledger_variants import HEADER, delimited, make_ods, make_xlsx, rows_in

pytestmark = pytest.mark.django_db


def refusal(path, choices=None) -> str:
    """Why a file is refused, wherever that shows; in seconds."""
    started = time.perf_counter()
    with pytest.raises(Refusal) as refused, open_ledger(path, choices) as opened:
        for _row in opened.rows(Findings()):
            pass
    assert time.perf_counter() - started < 60  # Many times what it takes alone.
    return refused.value.errors[0].reason


def test_one_line_of_sixty_megabytes(tmp_path):
    path = tmp_path / "fil.csv"
    with path.open("wb") as out:
        for _block in range(60):
            out.write(b"x" * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "längre än fyra miljoner" in refusal(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def test_a_hundred_thousand_columns(tmp_path):
    path = tmp_path / "fil.csv"
    path.write_bytes(b";".join(b"a" for _ in range(100_000)) + b"\r\n")
    assert "100000 kolumner" in refusal(path)


def test_a_quote_that_swallows_the_file(tmp_path):
    path = tmp_path / "fil.csv"
    path.write_bytes(b'Period;Konto;Belopp\r\n202503;5010;"1\r\n' + b"202503;5010;1,00\r\n" * 50_000)
    assert "tar aldrig slut" in refusal(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><html><body><form>Logga in</form></body></html>", "webbsida"),
        (b"\xef\xbb\xbf<html>", "webbsida"),
        ("\ufeff<html>".encode("utf-16-le"), "webbsida"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "XLS"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "lösenord"),
        (b"\x1f\x8b\x08" + b"\0" * 60, "packad"),
        (b"PK\x03\x04" + b"\0" * 60, "trasig"),
        (b"Period;Konto;Belopp\r\n202503;5010;1\0;00\r\n", "NUL"),
        (bytes(range(256)) * 40, "blandar"),
        (b"\0" * 5000, "NUL"),
    ],
)
def test_what_is_no_ledger_is_told_what_it_is(tmp_path, content, reason):
    path = tmp_path / "fil.csv"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_zip_that_unpacks_to_far_more_than_it_is(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.csv", b"0" * (32 << 20))
    assert "packas upp" in refusal(path)


def test_a_workbook_that_unpacks_to_far_more_than_it_is(tmp_path):
    path = make_xlsx(tmp_path / "bok.xlsx", [HEADER])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/media/a.bin", b"0" * (32 << 20))
    assert "packas upp" in refusal(path)


def test_a_zip_that_lies_about_its_sizes(tmp_path):
    path = tmp_path / "lie.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("a.csv", delimited(rows_in("plain comma")).encode() * 1000)
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    assert "trasig" in refusal(path)


def test_a_zip_of_too_many_files(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as out:
        for number in range(archive.MOST_MEMBERS + 1):
            out.writestr(f"{number}.csv", b"")
    assert "1001 filer" in refusal(path)


def test_a_zip_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as out:
        out.writestr("a.csv", b"x")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as out:
        out.write(tmp_path / "inner.zip", "inner.zip")
    assert "annan zip" in refusal(tmp_path / "outer.zip")


@pytest.mark.parametrize("name", ["../../../tmp/ut.csv", "/etc/ut.csv", "C:\\ut.csv", "a\nb.csv"])
def test_names_in_a_zip_are_never_paths(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "fil.zip", "w") as out:
        out.writestr(name, delimited(rows_in("plain comma")).encode())
    with open_ledger(tmp_path / "fil.zip") as opened:
        assert opened.path.parent.samefile("/tmp") or opened.path.name.startswith("ledger-")
        assert len(list(opened.rows(Findings()))) == 5
        unpacked = opened.path
    assert not unpacked.exists()


def test_a_zip_with_a_password(tmp_path):
    path = tmp_path / "fil.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("a.csv", b"x" * 50)
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "lösenord" in refusal(path)


def test_a_sheet_whose_last_cell_is_in_the_far_corner(tmp_path):
    path = make_xlsx(tmp_path / "bok.xlsx", [HEADER])
    replaced = tmp_path / "far.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(replaced, "w") as out:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            out.writestr(info, data)
    assert "trasig, eller för stor" in refusal(replaced)


def test_entities_in_a_workbook_are_never_followed(tmp_path):
    path = make_ods(tmp_path / "bok.ods", [HEADER, *rows_in("plain comma")])
    replaced = tmp_path / "xxe.ods"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(replaced, "w") as out:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "content.xml":
                data = data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1)
                data = data.replace(b"Lokalhyra", b"&a;")
            out.writestr(info, data)
    assert "Arbetsboken" in refusal(replaced)


def test_a_parser_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 1)
    path = tmp_path / "fil.se"
    path.write_bytes(b"#FLAGGA 0\r\n" + b"#KONTO 1 x\r\n" * 2_000_000)
    assert "för stor" in refusal(path)


def test_a_voucher_that_never_ends(tmp_path):
    path = tmp_path / "fil.se"
    path.write_bytes(b"#FLAGGA 0\r\n#VER A 1 20250101\r\n{\r\n" + b"#TRANS 5010 {} 1.00\r\n" * 250_000)
    assert "200 000 rader" in refusal(path)


def test_the_member_that_was_chosen_must_be_there(tmp_path):
    with zipfile.ZipFile(tmp_path / "fil.zip", "w") as out:
        out.writestr("a.csv", b"x")
        out.writestr("b.csv", b"x")
    assert "ingen fil som heter c.csv" in refusal(tmp_path / "fil.zip", ReadingChoices(member="c.csv"))


def test_an_empty_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "fil.zip", "w"):
        pass
    assert kind_of(tmp_path / "fil.zip") is Kind.ZIP
    assert "tom" in refusal(tmp_path / "fil.zip")


def test_a_workbook_cut_short(tmp_path):
    whole = make_xlsx(tmp_path / "bok.xlsx", [HEADER, *rows_in("plain comma") * 50]).read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    assert "trasig" in refusal(tmp_path / "cut.xlsx")


def test_a_workbook_with_bytes_changed(tmp_path):
    path = make_xlsx(tmp_path / "bok.xlsx", [HEADER, *rows_in("plain comma") * 50])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as source:
        offset = source.getinfo("xl/worksheets/sheet1.xml").header_offset
    data[offset + 80 : offset + 120] = zlib.compress(b"x" * 40)[:8] * 5
    path.write_bytes(data)
    assert "trasig" in refusal(path)
