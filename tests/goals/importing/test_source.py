import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.importing.document import DocumentError
from goals.importing.source import read_text


def refused_line(data: bytes) -> int:
    with pytest.raises(DocumentError) as caught:
        read_text(data)
    return caught.value.problems[0].line


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_text("\ufeff# 01 Å".encode()) == "# 01 Å"


def test_every_kind_of_line_end_is_a_newline() -> None:
    assert read_text(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_a_nul_is_refused_with_its_line() -> None:
    assert refused_line(b"a\r\nb\r\nc\0") == 3


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    assert refused_line("a\nÅ".encode("latin-1")) == 2


def test_a_file_of_five_megabytes_is_refused_with_the_line_that_is_too_much() -> None:
    assert refused_line(b"123456789\n" * 500_000) == 200_001


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_without_nul_and_carriage_return_is_kept(text: str) -> None:
    plain = text.replace("\0", "").replace("\r", "")
    assert read_text(b"\xef\xbb\xbf" + plain.encode()) == plain
