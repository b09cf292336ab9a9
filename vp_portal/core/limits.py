"""How often something may be done: so many times in a while for each key, counted together by all processes."""

import datetime as dt
import math

from django.core.cache import cache
from django.db import connection, transaction

WINDOW = dt.timedelta(minutes=1)

#: Half of a lock's number, as long as nothing else in the portal locks it; the other half is the key's.
_LIMITS = 5_201_605


def wait(key: str, most: int, now: dt.datetime) -> int:
    """Counts one time, unless there have been `most` in the last minute: then the seconds until there is room, else 0.

    One at a time for each key, so that many at once are counted as many.
    """
    name = f"limits:{key}"
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LIMITS, name])
        recent = [at for at in cache.get(name, []) if at > now - WINDOW]
        if len(recent) >= most:
            return max(1, math.ceil((recent[-most] + WINDOW - now).total_seconds())) if most else WINDOW.seconds
        cache.set(name, [*recent, now], timeout=WINDOW.seconds)
    return 0
