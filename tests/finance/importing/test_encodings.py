import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.importing.encodings import HighBytes, decide
from tests.finance.ledger_variants import ENCODINGS

SINGLE = [codec for codec, _bom in ENCODINGS.values() if not codec.startswith("utf")]
WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzåäöABCÅÄÖ0123456789;,. \r\n", min_size=1), min_size=1, max_size=30)


def verdict(text: str, codec: str):
    high = HighBytes()
    high.add(text.encode(codec))
    return decide(high)


@pytest.mark.parametrize("codec", SINGLE)
@pytest.mark.parametrize("word", ["Kostnadsställe", "ÖVRIGT", "miljö", "Åsa", "Café på Söder"])
def test_one_swedish_word_is_enough(word, codec):
    found = verdict(f"Konto;{word};5\r\n", codec)
    assert found.is_certain
    assert word.encode(codec).decode(found.codec) == word


@pytest.mark.parametrize("codec", ["cp1252", "mac-roman", "cp437"])
def test_a_space_that_does_not_break_is_known_between_digits(codec):
    assert verdict("5010;1\u00a0234,50\r\n", codec).codec == codec


def test_the_evidence_names_letters_and_a_word_in_both_readings():
    evidence = verdict("Vård och miljö", "cp1252").evidence
    assert "å 1, ö 1" in evidence
    assert "”Vård”" in evidence


@pytest.mark.parametrize("text", ["“Hyra”", "x\u20acx", "Ærø", "Café", ";Ö;"])
def test_what_could_be_read_in_two_ways_is_asked(text):
    found = verdict(text, "cp1252")
    assert not found.is_certain or text.encode("cp1252").decode(found.codec) == text


def test_the_sign_for_euro_alone_tells_iso_8859_15():
    assert verdict("Pris i € för Skåne", "iso8859-15").codec == "iso8859-15"


def test_letters_that_only_cp850_has_tell_it_from_cp437():
    assert verdict("Køb på Ærø, Åbo, Øre, søndag för", "cp850").codec == "cp850"


def test_two_encodings_in_one_file_are_a_mixture():
    high = HighBytes()
    high.add("Köp för vård på Öland ".encode("cp1252") * 10 + "Köp för vård på Öland ".encode("cp437") * 5)
    assert decide(high).is_mixed


def test_a_single_odd_byte_is_told_and_no_mixture():
    high = HighBytes()
    high.add("Köp för vård på Öland ".encode("cp437") * 50 + "F\u00f6retag".encode("latin-1"))
    found = decide(high)
    assert (found.codec, found.strange, found.is_mixed) == ("cp437", 1, False)


@settings(deadline=None)
@given(WORDS, st.sampled_from(SINGLE))
def test_swedish_text_is_read_right_or_asked_about(words, codec):
    text = " ".join(words)
    if text.isascii():
        return
    found = verdict(f" {text} ", codec)
    assert not found.is_certain or found.is_mixed or text.encode(codec).decode(found.codec, "replace") == text
