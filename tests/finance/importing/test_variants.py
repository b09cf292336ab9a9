"""The same ledger in every encoding, separator, number style and container gives the same."""

import csv
import zipfile
from decimal import Decimal

import pytest

from finance.choices import ColumnRole, Separator
from finance.importing.understanding import ReadingChoices
from tests.finance.ledger_variants import (
    ENCODINGS,
    HEADER,
    LINES,
    STYLES,
    TOTAL,
    Read,
    delimited,
    make_ods,
    make_xlsx,
    rows_in,
)

pytestmark = pytest.mark.django_db
SEPARATORS = {";": Separator.SEMICOLON, "\t": Separator.TAB, ",": Separator.COMMA, "|": Separator.PIPE}
REAL = "leverantorsreskontra-2016-03.csv"


def assert_same(read: Read) -> None:
    assert read.total == TOTAL
    assert read.of(ColumnRole.TEXT) == [line[3] for line in LINES]
    assert read.of(ColumnRole.COST_CENTRE) == [line[2] for line in LINES]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_with_every_separator_and_number_style(tmp_path, encoding, separator):
    codec, bom = ENCODINGS[encoding]
    for style in STYLES:
        path = tmp_path / "fil.csv"
        path.write_bytes(bom + delimited(rows_in(style), separator).encode(codec))
        read = Read(path)
        assert_same(read)
        assert read.layout.separator == separator


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_line_end_in_every_encoding(tmp_path, encoding, line_end):
    codec, bom = ENCODINGS[encoding]
    path = tmp_path / "fil.txt"
    path.write_bytes(bom + ("sep=;" + line_end + delimited(rows_in("spaces"), ";", line_end)).encode(codec))
    assert_same(Read(path))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("make", [make_xlsx, make_ods])
def test_every_number_style_as_text_in_a_workbook(tmp_path, make, style):
    assert_same(Read(make(tmp_path / "bok", [HEADER, *rows_in(style)])))


@pytest.mark.parametrize("make", [make_xlsx, make_ods])
def test_number_cells_of_a_workbook(tmp_path, make):
    rows = [[Decimal(row[0]), Decimal(row[1]), *row[2:7], Decimal(row[7])] for row in rows_in("plain dot")]
    rows[4][3] = "0040"
    read = Read(make(tmp_path / "bok", [["Huvudbok mars"], [], HEADER, *rows]))
    assert_same(read)
    assert set(read.of(ColumnRole.PERIOD)) == {"202503"}
    assert [row[ColumnRole.LINE] for row in read.rows] == [4, 5, 6, 7, 8]


def test_text_and_workbook_in_a_zip(tmp_path):
    make_xlsx(tmp_path / "bok.xlsx", [HEADER, *rows_in("spaces")])
    with zipfile.ZipFile(tmp_path / "alla.zip", "w") as archive:
        archive.writestr("mapp/fil.csv", delimited(rows_in("dots")).encode("mac-roman"))
        archive.write(tmp_path / "bok.xlsx", "bok.xlsx")
    for member in ("mapp/fil.csv", "bok.xlsx"):
        assert_same(Read(tmp_path / "alla.zip", ReadingChoices(member=member)))


REAL_TOTAL = Decimal("65850760.45")


@pytest.fixture(scope="module")
def real_rows(ledger_folder) -> list[list[str]]:
    with (ledger_folder / REAL).open(encoding="cp1252", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def assert_real(read: Read) -> None:
    per_centre: dict[str, Decimal] = {}
    for centre, amount in zip(read.of(ColumnRole.COST_CENTRE), read.amounts, strict=True):
        per_centre[centre] = per_centre.get(centre, Decimal(0)) + amount
    assert (len(read.rows), read.total) == (20_000, REAL_TOTAL)
    assert sum(amount < 0 for amount in read.amounts) == 788
    assert (len(set(read.of(ColumnRole.ACCOUNT))), len(per_centre)) == (209, 30)
    assert {code: str(per_centre[code]) for code in ("BPN", "VPN", "STV")} == {
        "BPN": "13563329.24",
        "VPN": "11477479.45",
        "STV": "6580171.35",
    }
    assert "Socialnämnd öster" in read.of(ColumnRole.COST_CENTRE_NAME)


@pytest.mark.real_data
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_real_file_in_every_encoding(tmp_path, real_rows, encoding):
    codec, bom = ENCODINGS[encoding]
    text = "\r\n".join(";".join(row) for row in real_rows)
    path = tmp_path / "fil.csv"
    path.write_bytes(bom + text.encode(codec))
    assert_real(Read(path))


@pytest.mark.real_data
@pytest.mark.parametrize(("style", "separator"), list(zip(STYLES, [*SEPARATORS, *SEPARATORS, ";", "\t"], strict=True)))
def test_the_real_file_in_every_number_style_and_separator(tmp_path, real_rows, style, separator):
    path = tmp_path / "fil.csv"
    with path.open("w", encoding="cp1252", newline="") as stream:
        writer = csv.writer(stream, delimiter=separator)
        writer.writerow(real_rows[0])
        writer.writerows([*row[:-1], STYLES[style](row[-1].replace(",", "."))] for row in real_rows[1:])
    assert_real(Read(path))


@pytest.mark.real_data
@pytest.mark.parametrize("make", [make_xlsx, make_ods])
def test_the_real_file_in_every_workbook(tmp_path, real_rows, make):
    rows = [[*row[:-1], Decimal(row[-1].replace(",", "."))] for row in real_rows[1:]]
    assert_real(Read(make(tmp_path / "bok", [real_rows[0], *rows])))


@pytest.mark.real_data
def test_the_real_file_in_a_zip(tmp_path, ledger_folder):
    with zipfile.ZipFile(tmp_path / "fil.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(ledger_folder / REAL, "../../" + REAL)
    assert_real(Read(tmp_path / "fil.zip"))


@pytest.mark.real_data
@pytest.mark.parametrize("encoding", ["CP437", "UTF-8", "UTF-8 med BOM", "windows-1252", "MacRoman", "CP850"])
def test_the_real_sie_file_gives_its_known_figures(tmp_path, ledger_folder, encoding):
    codec, bom = ENCODINGS[encoding]
    text = (ledger_folder / "SIE4 Exempelfil.SE").read_bytes().decode("cp437").replace("÷", "ö")
    path = tmp_path / "fil.se"
    path.write_bytes(bom + text.encode(codec))
    read = Read(path)
    costs: dict[str, list[Decimal]] = {}
    for row, amount in zip(read.rows, read.amounts, strict=True):
        if "4000" <= row[ColumnRole.ACCOUNT] <= "7999":
            costs.setdefault(row[ColumnRole.COST_CENTRE], []).append(amount)
    assert (len(read.rows), read.total) == (1330, Decimal("0.00"))
    assert sum(len(rows) for rows in costs.values()) == 417
    assert {code: str(sum(rows)) for code, rows in costs.items()} == {
        "Nord": "1381700.56",
        "Syd": "866960.23",
        "": "2457356.40",
    }
    assert "Kaffebröd" in read.of(ColumnRole.TEXT)
