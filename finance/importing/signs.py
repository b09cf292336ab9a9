"""Whether a file's signs are turned: costs are positive in a ledger, and many reports flip them."""

from django.db import connection
from django.utils.translation import gettext as _

from finance.choices import AccountKind
from finance.importing.problems import refuse
from finance.importing.understanding import ReadingChoices
from finance.models import ImportSource

# An account's own group goes before the chart's ranges; of those the longest that the code lies in.
_COST_ROWS = """
    WITH account AS (
        SELECT u.code, coalesce(own.kind, (
            SELECT g.kind FROM finance_accountrange r JOIN finance_accountgroup g ON g.id = r.group_id
            WHERE g.chart_id = %(chart)s AND length(u.code) >= length(r.low)
              AND left(u.code, length(r.low)) COLLATE "C" BETWEEN r.low AND r.high
            ORDER BY length(r.low) DESC, r.low LIMIT 1)) AS kind
        FROM (SELECT DISTINCT account AS code FROM ledger_group) u
        LEFT JOIN finance_account a ON a.code = u.code AND a.chart_id = %(chart)s
        LEFT JOIN finance_accountgroup own ON own.id = a.group_id
    )
    SELECT coalesce(sum(c.rows), 0)::bigint, coalesce(sum(c.negative), 0)::bigint
    FROM ledger_group c JOIN account ON account.code = c.account AND account.kind = %(cost)s
"""


def cost_rows(source: ImportSource) -> tuple[int, int]:
    """How many of the cleaned rows are on cost accounts, and how many of those are negative."""
    with connection.cursor() as cursor:
        cursor.execute(_COST_ROWS, {"chart": source.chart_id, "cost": AccountKind.COST.value})
        rows, negative = cursor.fetchone()
    return rows, negative


def refuse_turned(source: ImportSource, choices: ReadingChoices | None) -> None:
    """Raises Refusal when more of the cost rows are negative than the source's limit, and nobody has said by hand
    which sign the file has."""
    if choices and choices.sign:
        return
    rows, negative = cost_rows(source)
    if rows and negative * 100 > source.most_negative * rows:
        message = _(
            "%(negative)s av %(rows)s rader på kostnadskonton är negativa. Är tecknen omvända? Välj tecken: "
            "kostnader positiva som i huvudboken, eller omvänt."
        )
        raise refuse(message % {"negative": negative, "rows": rows})
