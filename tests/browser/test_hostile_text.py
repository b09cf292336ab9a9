"""Text that attacks, in a browser, with and without the content security policy: no script runs, nothing is fetched."""

import psycopg
import pytest
from psycopg import sql

from tests.browser.conftest import watch
from tests.payloads import payloads
from tests.project.hostile import text_fields

#: Breaks out of what it stands in, whether between tags, in an attribute or in a script.
ATTACK = """'"></title></textarea></script><img src=x onerror=window.vpx=1><svg onload=window.vpx=1>{{7*7}}"""
#: Logins, and the pages that show most of what others have written.
PAGES = [
    ("admin", ["/", "/plan/", "/plan/document/", "/services/", "/services/TJ101/", "/services/units/ITD/"]),
    ("controller", ["/", "/finance/", "/finance/postings/", "/finance/imports/", "/services/FO01/"]),
    (
        "admin",
        ["/admin/services/service/", "/admin/goals/expectedresult/", "/admin/core/user/", "/admin/finance/account/"],
    ),
]
#: Columns that addresses are made of, or that a rule of the table holds.
KEYS = {"code", "number", "username", "tertial", "low", "high", "sha256"}


@pytest.fixture(scope="module")
def attacked(environment, portal):
    """The attack at the end of every text of the demo, as far as it fits, and taken away again afterwards."""
    columns = [
        (model._meta.db_table, field.column, field.max_length or 1_000_000)
        for model, field in text_fields()
        if field.name not in KEYS
    ]
    with psycopg.connect(environment["DATABASE_OWNER_URL"], autocommit=True) as connection:
        added = sum(change(connection, "{0} || {1}", "length({0}) BETWEEN 1 AND {2}", *column) for column in columns)
        yield added
        for column in columns:
            change(connection, "left({0}, length({0}) - {3})", "right({0}, {3}) = {1}", *column)


def change(connection, value, where, table, column, longest):
    parts = [sql.Identifier(column), sql.Literal(ATTACK), sql.Literal(longest - len(ATTACK)), sql.Literal(len(ATTACK))]
    statement = sql.SQL("UPDATE {} SET {} = {} WHERE {}").format(
        sql.Identifier(table), sql.Identifier(column), sql.SQL(value).format(*parts), sql.SQL(where).format(*parts)
    )
    try:
        return connection.execute(statement).rowcount
    except psycopg.Error:  # A rule of the table, or rows that are only ever added.
        return 0


@pytest.mark.parametrize("bypass", [True, False], ids=["without-policy", "with-policy"])
@pytest.mark.parametrize(("username", "paths"), PAGES)
def test_no_script_runs_and_nothing_is_fetched(chromium, portal, sign_in, attacked, username, paths, bypass):
    assert attacked > 500
    problems, fetched = [], []
    context = chromium.new_context(base_url=portal, storage_state=sign_in(username), bypass_csp=bypass)
    watch(context, problems)
    page = context.new_page()
    page.on("request", lambda request: fetched.append(request.url))
    page.on("dialog", lambda dialog: problems.append(dialog.message) or dialog.dismiss())
    for path in paths:
        assert page.goto(path).status == 200
        assert page.evaluate("window.vpx") is None, path
        assert "window.vpx" in page.inner_text("body"), path
        assert page.locator("img[src=x], svg[onload]").count() == 0
    context.close()
    assert problems == []
    assert [url for url in fetched if not url.startswith(portal)] == []


def test_what_is_searched_for_is_shown_as_text(page_as):
    page = page_as("chef1")
    for attack in [each for each in payloads("xss") if each.isprintable()][::6]:
        page.goto("/services/")
        page.fill("[name=q]", attack)
        page.press("[name=q]", "Enter")
        page.wait_for_load_state()
        assert page.evaluate("window.vpx") is None, attack
