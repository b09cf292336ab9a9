"""Codes of a file against the registers: which are unknown, making them, and the code strings they form."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.problems import UnknownCode
from finance.models import (
    Account,
    ActivityCode,
    ChartOfAccounts,
    CostCentre,
    Counterparty,
    Funder,
    LedgerProject,
)
from vp_portal.core.history import bulk_create_with_history

if TYPE_CHECKING:
    from vp_portal.core.models import User

MODELS: dict[ColumnRole, type[Any]] = {
    ColumnRole.ACCOUNT: Account,
    ColumnRole.COST_CENTRE: CostCentre,
    ColumnRole.PROJECT: LedgerProject,
    ColumnRole.ACTIVITY: ActivityCode,
    ColumnRole.FUNDER: Funder,
    ColumnRole.COUNTERPARTY: Counterparty,
}


@dataclass(frozen=True)
class Unknown:
    """An unknown code with what the file says about it; `group_id` for accounts, from the chart's ranges."""

    role: ColumnRole
    code: str
    count: int
    sum: Decimal
    name: str
    group_id: int | None

    def reported(self) -> UnknownCode:
        return UnknownCode(self.role.value, self.code, self.count, self.sum)


# A code lies in a range if its first n characters do, n being the length of the bounds.
GROUP_OF_CODE = """
    (SELECT r.group_id FROM finance_accountrange r JOIN finance_accountgroup g ON g.id = r.group_id
     WHERE g.chart_id = %(chart)s AND length(u.code) >= length(r.low)
       AND left(u.code, length(r.low)) COLLATE "C" BETWEEN r.low AND r.high
     ORDER BY length(r.low) DESC, r.low LIMIT 1)
"""
_UNKNOWN = """
    SELECT u.code, u.count, u.sum, left(u.name, 200), {group}
    FROM (
        SELECT c.{role} AS code, count(*) AS count, sum(c.amount) AS sum, max(btrim(c.{name})) AS name
        FROM ledger_clean c
        JOIN (
            SELECT DISTINCT {role} AS code FROM ledger_combination n
            WHERE {role} <> '' AND NOT EXISTS (SELECT FROM {table} k WHERE k.code = n.{role} AND {same_chart})
        ) missing ON missing.code = c.{role}
        GROUP BY c.{role}
    ) u
    ORDER BY u.code
"""


def unknown_codes(chart: ChartOfAccounts) -> list[Unknown]:
    """Every code of the cleaned rows that the registers lack, once."""
    found = []
    for role in CODE_ROLES:
        is_account = role is ColumnRole.ACCOUNT
        query = sql.SQL(_UNKNOWN).format(
            role=sql.Identifier(role.value),
            name=sql.Identifier(f"{role.value}_name"),
            table=sql.Identifier(MODELS[role]._meta.db_table),
            same_chart=sql.SQL("k.chart_id = %(chart)s" if is_account else "true"),
            group=sql.SQL(GROUP_OF_CODE if is_account else "NULL"),
        )
        with connection.cursor() as cursor:
            cursor.execute(query, {"chart": chart.pk})
            found += [Unknown(role, *row) for row in cursor.fetchall()]
    return found


def create(unknown: Sequence[Unknown], chart: ChartOfAccounts, *, by: "User | None", at: dt.datetime) -> None:
    """Adds the codes to their registers, with history."""
    for role, model in MODELS.items():
        rows = [
            model(code=u.code, name=u.name, **({"chart": chart, "group_id": u.group_id} if model is Account else {}))
            for u in unknown
            if u.role is role
        ]
        if rows:
            bulk_create_with_history(
                rows,
                model,
                batch_size=1000,
                default_user=by,
                default_date=at,
                default_change_reason=_("Fanns i en bokförd fil"),
            )


_MAP = """
    UPDATE ledger_clean SET {role} = m.target
    FROM unnest(%s::text[], %s::text[]) AS m(code, target) WHERE {role} = m.code
"""
_MAP_COMBINATIONS = """
    DROP TABLE ledger_combination;
    CREATE TEMP TABLE ledger_combination ON COMMIT DROP AS
    SELECT DISTINCT account, cost_centre, project, activity, funder, counterparty FROM ledger_clean;
    ANALYZE ledger_combination;
"""


def map_codes(mapping: Mapping[str, Mapping[str, str]]) -> None:
    """Books rows on other codes than the file's own: role → code of the file → code to use."""
    chosen = {ColumnRole(role): codes for role, codes in mapping.items() if codes}
    with connection.cursor() as cursor:
        for role, codes in chosen.items():
            query = sql.SQL(_MAP).format(role=sql.Identifier(role.value))
            cursor.execute(query, [list(codes), list(codes.values())])
        if chosen:
            cursor.execute(_MAP_COMBINATIONS)


_RESOLVE = """
    CREATE TEMP TABLE ledger_part ON COMMIT DROP AS
    SELECT c.*, a.id AS account_id, cc.id AS cost_centre_id, p.id AS project_id, v.id AS activity_id,
           f.id AS funder_id, m.id AS counterparty_id
    FROM ledger_combination c
    JOIN finance_account a ON a.code = c.account AND a.chart_id = %(chart)s
    LEFT JOIN finance_costcentre cc ON cc.code = c.cost_centre
    LEFT JOIN finance_ledgerproject p ON p.code = c.project
    LEFT JOIN finance_activitycode v ON v.code = c.activity
    LEFT JOIN finance_funder f ON f.code = c.funder
    LEFT JOIN finance_counterparty m ON m.code = c.counterparty
"""
_ADD_STRINGS = """
    INSERT INTO finance_codestring (account_id, cost_centre_id, project_id, activity_id, funder_id)
    SELECT DISTINCT account_id, cost_centre_id, project_id, activity_id, funder_id FROM ledger_part
    ON CONFLICT DO NOTHING
"""
# No id is 0: what is missing is compared as 0, so that the join can be hashed.
_FIND_STRINGS = """
    CREATE TEMP TABLE ledger_code ON COMMIT DROP AS
    SELECT c.account, c.cost_centre, c.project, c.activity, c.funder, c.counterparty, c.counterparty_id,
           s.id AS code_string_id
    FROM ledger_part c
    JOIN finance_codestring s ON s.account_id = c.account_id
        AND coalesce(s.cost_centre_id, 0) = coalesce(c.cost_centre_id, 0)
        AND coalesce(s.project_id, 0) = coalesce(c.project_id, 0)
        AND coalesce(s.activity_id, 0) = coalesce(c.activity_id, 0)
        AND coalesce(s.funder_id, 0) = coalesce(c.funder_id, 0)
"""


def make_code_strings(chart: ChartOfAccounts) -> None:
    """`ledger_code`: each combination of the file → its code string and counterparty, added where missing."""
    with connection.cursor() as cursor:
        # Statistics of tables that have just grown would choose a loop within a loop.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_RESOLVE, {"chart": chart.pk})
        cursor.execute("ANALYZE ledger_part")
        cursor.execute(_ADD_STRINGS)
        cursor.execute(_FIND_STRINGS)
        cursor.execute("ANALYZE ledger_code")
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
