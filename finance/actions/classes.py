"""How sensitive each account is, kept from the sensitive ranges of its chart."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from finance.models import Account
from vp_portal.core.history import bulk_update_with_history

if TYPE_CHECKING:
    from vp_portal.core.models import User

# A code lies in a range if its first n characters do, n being the length of the bounds. The strictest range counts.
_DIFFERING = """
    SELECT a.id, coalesce(max(r.sensitivity), 0)
    FROM finance_account a
    LEFT JOIN finance_sensitiverange r ON r.chart_id = a.chart_id AND length(a.code) >= length(r.low)
        AND left(a.code, length(r.low)) COLLATE "C" BETWEEN r.low AND r.high
    GROUP BY a.id
    HAVING coalesce(max(r.sensitivity), 0) <> a.sensitivity
"""


@transaction.atomic
def follow_ranges(*, by: "User | None", at: dt.datetime) -> list[int]:
    """Gives each account the sensitivity that its chart's ranges say, with history. Keys of those that changed."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING)
        wanted = dict(cursor.fetchall())
    accounts = list(Account.objects.filter(pk__in=wanted).select_for_update())
    for account in accounts:
        account.sensitivity = wanted[account.pk]
    if accounts:
        bulk_update_with_history(
            accounts,
            Account,
            ["sensitivity"],
            batch_size=1000,
            default_user=by,
            default_date=at,
            default_change_reason=_("Följer kontoplanens känsliga intervall"),
        )
    return [account.pk for account in accounts]
