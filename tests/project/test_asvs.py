"""The table of the security standard is whole, and what it points to exists."""

import csv
import re

import pytest

from finance.importing import archive, sandbox
from tests.conftest import ROOT
from vp_portal.core import audit_hooks, exports, limits, spreadsheets, violations
from vp_portal.core.formatting import number

DOCS = ROOT / "vp_portal" / "docs"
#: ASVS 5.0.0: how many requirements of level 1 and 2 each section has. They are numbered from 1, level 3 comes last.
SECTIONS = """
    1.1:2  1.2:9  1.3:11  1.4:3  1.5:2
    2.1:3  2.2:3  2.3:4  2.4:1
    3.2:2  3.3:4  3.4:6  3.5:5  3.7:2
    4.1:3  4.2:1  4.3:2  4.4:4
    5.1:1  5.2:3  5.3:2  5.4:3
    6.1:3  6.2:12  6.3:4  6.4:4  6.5:5  6.6:3  6.8:4
    7.1:3  7.2:4  7.3:2  7.4:5  7.5:2  7.6:2
    8.1:2  8.2:3  8.3:1  8.4:1
    9.1:3  9.2:4
    10.1:2  10.2:2  10.3:4  10.4:11  10.5:5  10.6:2  10.7:3
    11.1:2  11.2:3  11.3:3  11.4:4  11.5:1  11.6:1
    12.1:3  12.2:2  12.3:4
    13.1:1  13.2:5  13.3:2  13.4:5
    14.1:2  14.2:4  14.3:3
    15.1:3  15.2:3  15.3:7
    16.1:1  16.2:5  16.3:4  16.4:3  16.5:3
    17.1:1  17.2:4  17.3:2
"""
#: What is held of level 3.
ALSO = {"1.2.10", "8.3.2", "15.4.2"}
IN_ALL = {"1": 70, "2": 183, "3": 3}
VERDICTS = {"uppfyllt", "identitetsleverantören", "driften", "ej tillämpligt", "brist"}
NOTHING = "–"
REVIEWED = "granskat"

with (DOCS / "asvs.csv").open(newline="") as file:
    ROWS = list(csv.DictReader(file))
IDS = [row["krav"] for row in ROWS]
TEXT = (DOCS / "asvs.md").read_text()


def test_every_requirement_has_a_row():
    sections = (each.split(":") for each in SECTIONS.split())
    expected = {f"{section}.{n}" for section, most in sections for n in range(1, int(most) + 1)} | ALSO
    assert set(IDS) == expected
    assert len(IDS) == len(expected) == sum(IN_ALL.values())
    assert {level: [row["nivå"] for row in ROWS].count(level) for level in IN_ALL} == IN_ALL


def test_rows_are_in_order():
    assert sorted(IDS, key=lambda each: [int(part) for part in each.split(".")]) == IDS


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_row_is_whole(row):
    assert all(row.values())
    assert row["dom"] in VERDICTS
    if row["dom"] == "uppfyllt":
        assert NOTHING not in (row["var"], row["test"])
    elif row["dom"] == "ej tillämpligt":
        assert row["anmärkning"] != NOTHING
    elif row["dom"] == "brist":
        assert "Plan:" in row["anmärkning"]
    else:
        assert row["var"] != NOTHING


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_what_a_row_points_to_exists(row):
    for path in row["var"].split():
        assert path == NOTHING or (ROOT / path).is_file(), path
    for name in row["test"].split():
        path, _, test = name.partition("::")
        if name in (NOTHING, REVIEWED):
            continue
        assert (ROOT / path).is_file(), path
        assert not test or f"\ndef {test}(" in (ROOT / path).read_text(), name


@pytest.mark.parametrize("title", ["Gränser", "Filer", "Sessioner", "Skyddsnivåer", "Nycklar", "Loggar", "Paket"])
def test_the_text_has_its_sections(title):
    assert f"\n## {title}\n" in TEXT


def test_the_limits_in_the_text_are_those_of_the_code(settings):
    plain = TEXT.replace("\xa0", " ")
    assert f"{number(exports.MOST_ROWS)} rader".replace("\xa0", " ") in plain
    assert f"{number(spreadsheets.MAX_ROWS)} rader".replace("\xa0", " ") in plain
    assert f"{number(violations.LARGEST)} byte".replace("\xa0", " ") in plain
    assert f"{violations.MOST} rader i loggen i minuten" in plain
    assert violations.WINDOW == limits.WINDOW.total_seconds() == 60
    assert f"{audit_hooks.MOST_NOT_FOUND} rader i minuten för ett konto" in plain
    assert f"{settings.FILES_PER_MINUTE} i minuten" in plain
    assert f"{settings.REGISTER_MOST_BYTES >> 20} MB" in plain
    unpacked = f"uppackat {archive.MOST_BYTES >> 30} GiB och högst {archive.MOST_TIMES} gånger filens storlek"
    assert f"{number(archive.MOST_MEMBERS)} filer, {unpacked}".replace("\xa0", " ") in plain
    assert f"{sandbox.MEMORY >> 30} GiB minne, {sandbox.SECONDS} sekunders" in plain


def test_every_secret_of_the_settings_is_in_the_text():
    named = set(
        re.findall(r"\"([A-Z_]*(?:SECRET|PASSWORD|_KEY|DATABASE)[A-Z_]*)\"", (DOCS.parent / "settings.py").read_text())
    )
    secrets = named - {"VP_PASSWORD_WORDS", "VP_LEAKED_PASSWORDS"}
    assert {"SECRET_KEY", "VP_OIDC_CLIENT_SECRET"} <= secrets
    assert {name for name in secrets if f"`{name}`" not in TEXT} == set()
