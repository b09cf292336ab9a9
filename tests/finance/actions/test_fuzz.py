"""Mutated files: each is booked whole or refused with a reason, and nothing raises or stays behind.

The seed is fixed; `--fuzz-seconds` lets it go on for longer than the suite does.
"""

import random
import time
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.db import connection, transaction

from finance.importing import plain
from finance.importing.opening import open_ledger
from finance.importing.problems import Refusal
from finance.importing.records import Findings
from finance.models import CodeString, ImportBatch, LedgerCell, Posting
from tests.finance.ledger_files import HEADER, ROWS, book
from tests.finance.ledger_variants import HEADER as VARIANT_HEADER
from tests.finance.ledger_variants import delimited, make_ods, make_xlsx, rows_in

pytestmark = pytest.mark.django_db
SEED = 20250915
STATUSES = {"booked", "refused", "duplicate"}
SIE = '#FLAGGA 0\r\n#SIETYP 4\r\n#RAR 0 20250101 20251231\r\n#KONTO 5010 "Lokalhyra på Åsö"\r\n' + "".join(
    f'#VER A {number} 20250315 "Köp {number}"\r\n{{\r\n#TRANS 5010 {{1 Nord}} 5.00\r\n#TRANS 1930 {{}} -5.00\r\n}}\r\n'
    for number in range(5)
)
TOKENS = (
    *(b'"', b'""', b";", b"\t", b"\0", b"\r", b"\n", b"\r\n", b"sep=,\r\n", b"Summa;;;;;;;;1,00\r\n", b"\xff\xfe"),
    *(b"\xef\xbb\xbf", b"\xc3\xa5", b"\xe5", b"\x86", b"-", b"--", b"(", b"1e5", b"9" * 40, b"#REF!", b"?1", b"202514"),
    *(b"{", b"}", b"#KSUMMA", b"#VER A 1 20250101", b"#TRANS 1 {} 1", b"2025-02-30", b"\xe2\x88\x92", b"1.234", b"\\"),
    *(HEADER.encode() + b"\r\n", b"Belopp;", b"\x1a", b"<html>", b"PK\x03\x04", b"\xc2\xa0", b"'; DROP TABLE x; --"),
)


def texts() -> Iterator[bytes]:
    plain = "\r\n".join([HEADER, *ROWS * 4, ""])
    for codec in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "mac-roman"):
        yield plain.encode(codec)
    for separator, style, codec in ((";", "spaces", "cp1252"), ("\t", "English", "utf-8"), (",", "brackets", "cp437")):
        yield delimited(rows_in(style), separator).encode(codec)
    yield SIE.encode("cp437")


def containers(folder) -> Iterator[bytes]:
    rows = [VARIANT_HEADER, *rows_in("spaces")]
    yield make_xlsx(folder / "bok.xlsx", rows).read_bytes()
    yield make_ods(folder / "bok.ods", rows).read_bytes()
    yield SIE.encode("cp437")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fil.csv", delimited(rows_in("plain comma")))
    yield packed.getvalue()


def flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def insert(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(TOKENS)


def drop(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randrange(1, 40)]


def repeat(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data))
    data[at:at] = data[at : at + chance.randrange(1, 200)] * chance.randrange(1, 4)


def cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data) + 1) :]


def replace(data: bytearray, chance: random.Random) -> None:
    """One separator, mark or digit for another, all through the file."""
    old, new = chance.choice([(b";", b","), (b",", b"."), (b"\r\n", b"\r"), (b"0", b""), (b";", b";;"), (b"1", b"K")])
    data[:] = data.replace(old, new) or b"x"


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (flip, insert, insert, drop, repeat, cut, replace)


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _time in range(chance.choice((1, 1, 2, 3, 8))):
        if data:
            chance.choice(MUTATIONS)(data, chance)
    return bytes(data)


def read(path) -> None:
    """Reads all of it, or is refused with a sentence."""
    findings, refused = Findings(), None
    try:
        with open_ledger(path) as opened:
            assert sum(1 for _row in opened.rows(findings)) == findings.rows
    except Refusal as refusal:
        refused = refusal
    assert refused is None or (refused.errors and all(error.reason for error in refused.errors))


def stored() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (ImportBatch, Posting, LedgerCell, CodeString))


def book_and_undo(path) -> None:
    """Books it in a transaction that is rolled back: all of it is there, or none."""
    with transaction.atomic():
        result = book(path)
        assert result.status in STATUSES
        if result.status == "booked":
            rows = Posting.objects.filter(batch=result.batch)
            assert rows.count() == result.booked == result.rows
            assert sum(rows.values_list("amount", flat=True)) == result.sum
        else:
            assert result.errors
            assert stored() == (0, 0, 0, 0)
        transaction.set_rollback(True)


def staged_fast(opened) -> list[tuple] | None:
    """The rows as the fast way stages them, None when it leaves the file to the other."""
    layout, findings = opened.layout, Findings()
    if opened.plain is None:
        return None
    try:
        plain.copy_text(plain.Source(opened.path, *opened.plain, lambda _done: None), layout, findings)
    except (plain.NotPlain, Refusal):
        return None
    with connection.cursor() as cursor:
        names = ", ".join(f'"{role.value}"' for role in layout.columns)
        cursor.execute(f"SELECT line, {names} FROM ledger_staging ORDER BY line")
        rows = cursor.fetchall()
    assert len(rows) == findings.rows
    return rows


def stage_both_ways(path) -> None:
    """The fast way and the thorough one give the same rows and find the same beside them."""
    with transaction.atomic():
        try:
            with open_ledger(path) as opened:
                fast, findings = staged_fast(opened), Findings()
                if fast is not None:
                    assert fast == list(opened.rows(findings))
        except Refusal:
            pass
        transaction.set_rollback(True)


ACTIONS = (book_and_undo, read, stage_both_ways, read)


@pytest.mark.parametrize(("kind", "share"), [("text", 0.7), ("container", 0.3)])
def test_mutated_files_are_read_or_refused_and_booked_whole_or_not_at_all(tmp_path, kind, share, request):
    seeds = list(texts()) if kind == "text" else list(containers(tmp_path))
    ends = time.monotonic() + share * request.config.getoption("--fuzz-seconds")
    path, number = tmp_path / "fil", 0
    while time.monotonic() < ends:
        path.write_bytes(mutated(seeds, random.Random(f"{SEED} {kind} {number}")))
        try:
            ACTIONS[number % len(ACTIONS)](path)
        except Exception as error:
            raise AssertionError(f"file {number} of {kind}") from error
        number += 1
    assert number
