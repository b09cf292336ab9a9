import hashlib

import pytest

from finance.importing.problems import Refusal
from finance.importing.survey import survey
from finance.importing.text import BLOCK, lines_of


def seen(tmp_path, content: bytes, **options):
    path = tmp_path / "fil"
    path.write_bytes(content)
    return survey(path, **options)


def test_size_and_hash_are_those_of_the_bytes(tmp_path):
    found = seen(tmp_path, b"a;b\r\n" * 1000)
    assert (found.size, found.sha256) == (5000, hashlib.sha256(b"a;b\r\n" * 1000).hexdigest())


@pytest.mark.parametrize(("end", "counts"), [("\r\n", (4, 0, 0)), ("\n", (0, 4, 0)), ("\r", (0, 0, 4))])
@pytest.mark.parametrize("codec", ["cp1252", "utf-16-le"])
def test_line_ends_are_counted(tmp_path, codec, end, counts):
    found = seen(tmp_path, (f"Köp;b{end}" * 4).encode(codec))
    assert (found.crlf, found.lf, found.cr) == counts


def test_a_line_end_across_two_blocks_is_one(tmp_path):
    found = seen(tmp_path, b"x" * (BLOCK - 1) + b"\r\nab\r\n")
    assert (found.crlf, found.lf, found.cr) == (2, 0, 0)


def test_a_letter_across_two_blocks_is_read(tmp_path):
    found = seen(tmp_path, b"x" * (BLOCK - 1) + "ö".encode() + b"\n")
    assert found.encoding == "UTF-8"
    assert "".join(lines_of(tmp_path / "fil", "utf-8")).endswith("xö\n")


def test_the_line_of_the_first_nul_byte_is_told(tmp_path):
    assert seen(tmp_path, b"a;b\r\nc;d\r\ne\0;f\r\n").nul_line == 3


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="tom"):
        seen(tmp_path, b"")


def test_utf_8_that_stops_being_so_is_refused_with_the_line(tmp_path):
    with pytest.raises(Refusal, match="blandar") as refused:
        seen(tmp_path, "år\nön\n".encode() + b"\xe5r\n")
    assert refused.value.errors[0].line == 3


def test_an_encoding_chosen_by_hand_goes_before_the_bytes(tmp_path):
    assert seen(tmp_path, "Köp".encode("cp1252"), chosen="mac-roman").codec == "mac-roman"


def test_a_profiles_encoding_counts_only_in_doubt(tmp_path):
    assert seen(tmp_path, "Köp".encode("cp1252"), usual="mac-roman").codec == "cp1252"
    assert seen(tmp_path, "“Hyra”".encode("cp1252"), usual="cp1252").codec == "cp1252"


def test_a_chosen_encoding_that_lacks_a_byte_is_refused_when_read(tmp_path):
    seen(tmp_path, b"a\x81b", chosen="cp1252")
    with pytest.raises(Refusal, match="0x81"):
        list(lines_of(tmp_path / "fil", "cp1252"))


def test_letters_lost_before_the_file_was_written_are_counted(tmp_path):
    assert seen(tmp_path, "K\ufffdp f\ufffdr".encode()).strange == 2
