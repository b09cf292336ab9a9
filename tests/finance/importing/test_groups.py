"""What SQL reads by itself is what the grammar reads: never another value, at most no value."""

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from finance.choices import ColumnRole
from finance.importing.amounts import parse_amount
from finance.importing.groups import Reading
from finance.importing.layout import Layout
from finance.importing.problems import ValueProblem

pytestmark = pytest.mark.django_db
LAYOUT = Layout(";", ("Konto", "Belopp"), 1, {ColumnRole.ACCOUNT: 0, ColumnRole.AMOUNT: 1}, None)


def by_sql(text, mark):
    """Öre; None when the statement leaves it to the grammar."""
    ore = Reading(LAYOUT, mark).checked_ore
    query = sql.SQL("SELECT {} FROM (VALUES ({})) s (amount)").format(ore, sql.Literal(text))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]
    except DataError:
        return None


def by_grammar(text, mark):
    try:
        return int(parse_amount(text, mark) * 100)
    except ValueProblem:
        return None


@pytest.mark.parametrize("text", ["0,00", "12,50", "-12,50", "7", "-7", "7,5", "123456789012,34", "-123456789012,34"])
def test_what_is_plainly_written_is_read(text):
    assert by_sql(text, ",") == by_grammar(text, ",") is not None


@pytest.mark.parametrize(
    "text",
    [
        *("", ",50", "-,50", "1,234", "1,2,34", "1,234,50", "12 34,50", "1-2,34", "12-,34", "1,5-", "1,5 ", " 1,50"),
        *("1,-5", "1_0,00", "0x10,00", "1e5", "1,0e", "NaN", "Infinity", "+1,50", "--1,50", "(1,50)", "1.234,50"),
        *("1'234,50", "1234567890123,00", "99999999999999999999,00", "-1234567890123,00", "−1,50", "1,50kr", "1,5٣"),
        *("1,,5", "1,2,"),
    ],
)
def test_what_is_written_otherwise_is_left_to_the_grammar_or_read_alike(text):
    assert by_sql(text, ",") in {None, by_grammar(text, ",")}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text("0123456789-+,. _x(e", max_size=12), st.sampled_from([",", "."]))
@example("1,50", ",")
def test_sql_never_reads_an_amount_otherwise_than_the_grammar(db, text, mark):
    assert by_sql(text, mark) in {None, by_grammar(text, mark)}
