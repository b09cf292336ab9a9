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
from finance.importing import staging
from finance.importing.groups import Reading
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
    SELECT u.code, u.count, u.sum, left(coalesce(n.name, ''), 200), {group}
    FROM (
        SELECT g.{role} AS code, sum(g.rows)::integer AS count, sum(g.amount) AS sum
        FROM ledger_group g
        WHERE g.{role} <> '' AND NOT EXISTS (SELECT FROM {table} k WHERE k.code = g.{role} AND {same_chart})
        GROUP BY g.{role}
    ) u
    LEFT JOIN ({names}) n ON n.code = u.code
    ORDER BY u.code
"""
# Names are read only for codes that the registers lack: the rows are many.
_NAMES = """
    SELECT {code} AS code, max({name}) AS name FROM ledger_staging s
    WHERE {code} IN (SELECT g.{role} FROM ledger_group g
                     WHERE NOT EXISTS (SELECT FROM {table} k WHERE k.code = g.{role} AND {same_chart}))
    GROUP BY 1
"""
_NO_NAMES = sql.SQL("SELECT NULL::text AS code, NULL::text AS name WHERE false")


def unknown_codes(reading: Reading, chart: ChartOfAccounts) -> list[Unknown]:
    """Every code of the surveyed rows that the registers lack, once."""
    found = []
    for role in CODE_ROLES:
        is_account, name = role is ColumnRole.ACCOUNT, ColumnRole(f"{role.value}_name")
        terms = {
            "role": sql.Identifier(role.value),
            "table": sql.Identifier(MODELS[role]._meta.db_table),
            "same_chart": sql.SQL("k.chart_id = %(chart)s" if is_account else "true"),
        }
        names = sql.SQL(_NAMES).format(code=reading.trimmed(role), name=reading.trimmed(name), **terms)
        query = sql.SQL(_UNKNOWN).format(
            group=sql.SQL(GROUP_OF_CODE if is_account else "NULL::bigint"),
            names=names if reading.has(name) else _NO_NAMES,
            **terms,
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
    UPDATE ledger_group SET {role} = m.target
    FROM unnest(%s::text[], %s::text[]) AS m(code, target) WHERE {role} = m.code
"""


def map_codes(mapping: Mapping[str, Mapping[str, str]]) -> None:
    """Books rows on other codes than the file's own: role → code of the file → code to use."""
    for role, codes in mapping.items():
        query = sql.SQL(_MAP).format(role=sql.Identifier(ColumnRole(role).value))
        with connection.cursor() as cursor:
            cursor.execute(query, [list(codes), list(codes.values())])


_PART = """
    CREATE TEMP TABLE ledger_part ON COMMIT DROP AS
    SELECT {raws}, a.id AS account_id, cc.id AS cost_centre_id, p.id AS project_id, v.id AS activity_id,
           f.id AS funder_id, m.id AS counterparty_id
    FROM (
        SELECT DISTINCT {raws}, account, cost_centre, project, activity, funder, counterparty FROM ledger_group
    ) g
    JOIN finance_account a ON a.code = g.account AND a.chart_id = %(chart)s
    LEFT JOIN finance_costcentre cc ON cc.code = g.cost_centre
    LEFT JOIN finance_ledgerproject p ON p.code = g.project
    LEFT JOIN finance_activitycode v ON v.code = g.activity
    LEFT JOIN finance_funder f ON f.code = g.funder
    LEFT JOIN finance_counterparty m ON m.code = g.counterparty;
    ANALYZE ledger_part
"""
_ADD_STRINGS = """
    INSERT INTO finance_codestring (account_id, cost_centre_id, project_id, activity_id, funder_id)
    SELECT DISTINCT account_id, cost_centre_id, project_id, activity_id, funder_id FROM ledger_part p
    WHERE NOT EXISTS (SELECT FROM finance_codestring s WHERE {same})
    ON CONFLICT DO NOTHING
"""
_FIND_STRINGS = """
    AS SELECT {raws}, p.counterparty_id, s.id AS code_string_id FROM ledger_part p JOIN finance_codestring s ON {same}
"""
# No id is 0: what is missing is compared as 0, so that the join can be hashed.
_SAME = sql.SQL(" AND ").join(
    sql.SQL("coalesce(s.{0}, 0) = coalesce(p.{0}, 0)").format(sql.Identifier(f"{role.value}_id"))
    for role in CODE_ROLES
    if role is not ColumnRole.COUNTERPARTY
)
_RAWS = sql.SQL(", ").join(sql.Identifier(f"raw_{role.value}") for role in CODE_ROLES)


def make_code_strings(chart: ChartOfAccounts) -> None:
    """`ledger_code`: each combination as it is written → its code string and counterparty, added where missing."""
    with connection.cursor() as cursor:
        # Statistics of tables that have just grown would choose a loop within a loop.
        cursor.execute("SET LOCAL enable_nestloop = off")
        for statement in _PART.split(";"):
            cursor.execute(sql.SQL(statement).format(raws=_RAWS), {"chart": chart.pk})
        cursor.execute(sql.SQL(_ADD_STRINGS).format(same=_SAME))
        staging.make_shared("ledger_code", sql.SQL(_FIND_STRINGS).format(raws=_RAWS, same=_SAME))
        cursor.execute(sql.SQL("ANALYZE {}").format(staging.shared_table("ledger_code")))
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
