"""What other packages say to the registers' users is Swedish, and what is compiled is what is written."""

import re
from pathlib import Path

import import_export
import polib
import pytest
import simple_history

from tests.conftest import ROOT

MESSAGES = ROOT / "vp_portal" / "locale" / "sv" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(MESSAGES / "django.po"))


def test_compiled_catalogue_is_in_step(catalogue):
    compiled = polib.mofile(str(MESSAGES / "django.mo"))
    assert {(e.msgid, e.msgstr, *e.msgstr_plural.values()) for e in compiled} == {
        (e.msgid, e.msgstr, *e.msgstr_plural.values()) for e in catalogue
    }


def test_nothing_is_fuzzy_or_untranslated(catalogue):
    assert [e.msgid for e in catalogue if e.fuzzy or e.obsolete or not e.translated()] == []


def test_placeholders_are_kept(catalogue):
    names = re.compile(r"%\(\w+\)s|%s|\{\}")
    assert [
        e.msgid for e in catalogue if e.msgstr and sorted(names.findall(e.msgid)) != sorted(names.findall(e.msgstr))
    ] == []


@pytest.mark.parametrize("package", [import_export, simple_history], ids=lambda package: package.__name__)
def test_every_text_of_the_package_has_its_swedish(package, catalogue):
    ours = {entry.msgid for entry in catalogue}
    folder = Path(package.__file__).parent / "locale"
    theirs = {e.msgid for path in folder.rglob("django.po") for e in polib.pofile(str(path)) if not e.obsolete}
    assert theirs - ours == set()
