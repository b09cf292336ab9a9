"""Letting go of what has been kept long enough. The audit log's chain goes on from a row that says where it begins."""

import datetime as dt

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils.translation import gettext as _

from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent

# The first row that stays is the first one young enough: places have no gaps, whatever the clock has done. The newest
# stays in any case: the next one is chained to it.
_LAST_TO_GO = """
    SELECT s.position, encode(s.hash, 'hex') FROM core_auditseal s
    WHERE s.position = (
        SELECT coalesce(min(young.position), (SELECT max(position) FROM core_auditseal)) - 1
        FROM core_auditseal young JOIN core_auditentry e ON e.id = young.entry_id WHERE e.at >= %s)
"""
_TRIM = """
    SET LOCAL vp_portal.upkeep = 'trim';
    DELETE FROM core_auditentry e USING core_auditseal s WHERE s.entry_id = e.id AND s.position <= %(position)s;
    DELETE FROM core_auditseal WHERE position <= %(position)s;
    RESET vp_portal.upkeep
"""


@transaction.atomic
def trim(before: dt.datetime, now: dt.datetime) -> dict[str, int]:
    """How many rows went, by the name of what they were."""
    return {
        _("spår"): _trim_audit(before),
        _("rader i administrationens logg"): LogEntry.objects.filter(action_time__lt=before).delete()[0],
        _("sessioner"): Session.objects.filter(expire_date__lt=now).delete()[0],
    }


def _trim_audit(before: dt.datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(_LAST_TO_GO, [before])
        last = cursor.fetchone()
        if last is None:
            return 0
        position, digest = last
        count = 0
        for statement in _TRIM.split(";"):
            cursor.execute(statement, {"position": position})
            count += max(cursor.rowcount, 0) if "core_auditentry" in statement else 0
    # In groups: ten digits in a row could look like a personal number, which the log masks.
    groups = " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
    audit.record(AuditEvent.TRIMMED, position=position, hash=groups, rows=count)
    return count
