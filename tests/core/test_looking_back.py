"""Which day a page is of, and where its links lead then."""

import datetime as dt

import pytest
from django.http import QueryDict

from vp_portal.core.looking_back import asked, kept_in

TODAY, DAY = dt.date(2025, 9, 15), dt.date(2025, 5, 1)


def looking(query: str):
    return asked(QueryDict(query), TODAY)


def test_without_a_day_a_page_is_of_today():
    assert (looking("").day, looking("as_of=").day) == (TODAY, TODAY)
    assert not looking("as_of=2025-09-15").is_back


def test_a_day_that_is_over_is_followed_and_the_rest_of_the_address_kept():
    found = looking("as_of=2025-05-01&status=risk&page=3&format=csv")
    assert (found.day, found.is_back, found.problem) == (DAY, True, "")
    assert list(found.kept) == [("status", "risk")]
    assert found.today_url == "?status=risk"


@pytest.mark.parametrize(
    "query",
    [
        "as_of=2025-09-16",
        "as_of=9999-12-31",
        "as_of=1999-12-31",
        "as_of=0001-01-01",
        "as_of=2025-02-30",
        "as_of=20250501",
        "as_of=2025-W18-4",
        "as_of=i+gar",
        "as_of=%D9%A2%D9%A0%D9%A2%D9%A5-05-01",
        "as_of=2025-05-01%00",
        "as_of=2025-05-01&as_of=2025-05-02",
        f"as_of={'9' * 5000}",
    ],
)
def test_what_cannot_be_followed_is_today_with_the_reason(query):
    found = looking(query)
    assert found.day == TODAY
    assert found.problem


def test_the_same_day_twice_is_that_day():
    assert looking("as_of=2025-05-01&as_of=2025-05-01").day == DAY


@pytest.mark.parametrize(
    ("written", "led"),
    [
        ('<a href="/plan/">', '<a href="/plan/?as_of=2025-05-01">'),
        ('<a href="/plan/#3.1">', '<a href="/plan/?as_of=2025-05-01#3.1">'),
        ('<a href="/finance/?by=owner">', '<a href="/finance/?by=owner&amp;as_of=2025-05-01">'),
        ('<a href="?">', '<a href="?as_of=2025-05-01">'),
        ('<a class="x" href="?view=gaps">', '<a class="x" href="?view=gaps&amp;as_of=2025-05-01">'),
        ('<a href="?page=2&amp;as_of=2025-05-01">', '<a href="?page=2&amp;as_of=2025-05-01">'),
        ('<form method="get">', '<form method="get"><input type="hidden" name="as_of" value="2025-05-01">'),
    ],
)
def test_links_and_forms_keep_the_day(written, led):
    assert kept_in(written, DAY) == led


@pytest.mark.parametrize(
    "written",
    [
        '<a href="#3.1">',
        '<a href="https://example.org/plan/">',
        '<a href="//example.org/plan/">',
        '<a href="/finance/imports/">',
        '<a href="/nowhere/at/all">',
        '<link rel="stylesheet" href="/static/vp_portal/css/portal.css">',
        '<a data-today href="?status=risk">',
        '<form data-today class="x" method="get">',
        '<form method="get" action="/finance/imports/">',
        '<form method="post" action="/plan/">',
        "<p>href=&quot;/plan/&quot;</p>",
    ],
)
def test_what_leads_elsewhere_or_to_today_is_left(written):
    assert kept_in(written, DAY) == written
