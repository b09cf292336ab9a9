"""An amount that is a link opens rows that add up to it, for whoever looks. With the demo department."""

import html
import re
import secrets

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import TODAY
from vp_portal.core import formatting
from vp_portal.core.models import User

PAGES = [
    ("chef1", "/?unit=ITN&period=202503"),
    ("controller", "/"),
    ("ledning", "/"),
    ("controller", "/services/TO4/"),
    ("chef2", "/services/units/ITD/"),
]
#: Of the amounts in tables and charts, one in so many is followed.
EVERY = 4
_CELL = re.compile(r'<td class="num(?: table__minor)?"><a class="num" href="(/finance/[^"]+)">([^<]+)</a>')
_BAR = re.compile(r'<a href="(/finance/[^"]+)" aria-label="[^"]*: ([^"]+)">')
_FIGURE = re.compile(
    r'<p class="key-figure__value"><a href="(/finance/[^"]+)">([^<]+ Mkr)</a>'.replace(" Mkr", "\u00a0Mkr")
)


@pytest.fixture
def demo(db, today, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("VP_DEMO_PASSWORD", secrets.token_urlsafe(24))
    settings.VAR_DIR, settings.TRIAL = tmp_path, True
    call_command("seed_demo", postings=600, today=TODAY, verbosity=0)


def written(amount) -> set[str]:
    """All the ways in which a page may write the amount."""
    ways = (
        formatting.kr(amount),
        formatting.mkr(amount),
        formatting.number(amount),
        formatting.number(amount, divisor=1000),
    )
    return {text.replace("\u00a0", " ") for text in ways}


def test_amounts_open_rows_that_add_up_to_it(demo):
    wrong, followed = [], 0
    for username, path in PAGES:
        client = Client()
        client.force_login(User.objects.get(username=username))
        page = client.get(path).content.decode()
        found = [*_FIGURE.findall(page), *sorted({*_CELL.findall(page), *_BAR.findall(page)})[::EVERY]]
        for address, shown in found:
            target = client.get(html.unescape(address))
            rows = target.context["page"]
            whole = "postings" in address and (rows.total if rows.part is None else rows.part)
            total = whole if "postings" in address else rows.flows.cost.this
            followed += 1
            if shown.replace("\u00a0", " ").strip() not in written(total):
                wrong.append((username, path, address, shown, total))
    assert wrong == []
    assert followed > 30
