"""Keeps the totals of a budget or forecast that pages about the whole department read."""

from django.db import connection

_FORGET = """
    DELETE FROM finance_budgettotal WHERE %(version)s::bigint IS NULL OR version_id = %(version)s::bigint
"""
_ADD_UP = """
    INSERT INTO finance_budgettotal
        (version_id, "by", period, cost_centre_id, cost_object_id, account_group_id, amount)
    WITH line AS MATERIALIZED (
        SELECT l.*, g.kind FROM finance_budgetline l JOIN finance_accountgroup g ON g.id = l.account_group_id
        WHERE %(version)s::bigint IS NULL OR l.version_id = %(version)s::bigint
    )
    SELECT version_id, 'account_group', period, min(cost_centre_id), min(cost_object_id), account_group_id, sum(amount)
    FROM line GROUP BY version_id, period, cost_centre_id IS NULL, account_group_id
    UNION ALL
    SELECT version_id, 'cost_centre', period, cost_centre_id, NULL, min(account_group_id), sum(amount)
    FROM line WHERE cost_centre_id IS NOT NULL GROUP BY version_id, period, cost_centre_id, kind
    UNION ALL
    SELECT version_id, 'cost_object', period, NULL, cost_object_id, min(account_group_id), sum(amount)
    FROM line WHERE cost_object_id IS NOT NULL GROUP BY version_id, period, cost_object_id, kind
"""


def add_up(version: int | None = None) -> None:
    """The totals of a version anew, or of all."""
    with connection.cursor() as cursor:
        for statement in (_FORGET, _ADD_UP):
            cursor.execute(statement, {"version": version})
