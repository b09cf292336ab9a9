"""The audit log: writing to it, and the proof that nobody has changed it.

A row is sealed when its transaction commits: that is the only moment when writers wait for each other. A
transaction that is rolled back leaves neither a row nor a hole; what must be told anyway (a refused request) is
recorded outside of it.
"""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest

from vp_portal.core.addresses import client_address
from vp_portal.core.choices import AuditEvent
from vp_portal.core.history import current_request
from vp_portal.core.models import AuditEntry

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: Year, month, day (from 61 in coordination numbers) and four digits.
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:\d{2})?(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01]))[-+]?(\d{4})(?!\d)"
)


def record(
    event: AuditEvent,
    *,
    request: HttpRequest | None = None,
    user: "User | AnonymousUser | None" = None,
    target: "str | models.Model" = "",
    **detail: Any,
) -> AuditEntry:
    """Adds a row, in the caller's transaction. Who is `user`, else the one signed in on the request.

    `request` is the one under way where none is given: actions know who, and where from is told all the same.
    `target` is what it was about: a row of any model, or a text. `detail` is plain JSON of codes and counts;
    raises TypeError for an amount. What looks like a personal number is masked.
    """
    request = request or current_request()
    actor = _known(user) or _known(getattr(request, "user", None))
    row = target if isinstance(target, models.Model) else None
    return AuditEntry.objects.create(
        event=event,
        user_id=actor.pk if actor else None,
        user_name=_mask(name_of(actor)) if actor else "",
        address=(client_address(request) or None) if request else None,
        request_id=str(getattr(request, "id", ""))[:64],
        target=_mask(str(target))[: AuditEntry._meta.get_field("target").max_length],
        target_model=row._meta.label if row else "",
        target_id=str(row.pk) if row else "",
        detail={key: _plain(value) for key, value in detail.items()},
    )


def name_of(user: "User") -> str:
    """The name of the account and its login, as of now."""
    full_name = user.get_full_name()
    return f"{full_name} ({user.username})" if full_name else user.username


def _known(user: Any) -> Any:
    return user if user is not None and user.is_authenticated else None


def _plain(value: Any) -> Any:
    """JSON without amounts; NUL has no place in PostgreSQL's."""
    if isinstance(value, float | Decimal):
        raise TypeError("no amounts in the audit log")
    if isinstance(value, dict):
        return {_mask(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value if value is None or isinstance(value, bool | int) else _mask(str(value))


def _mask(text: str) -> str:
    return _PERSONAL_NUMBER.sub(_masked, text.replace("\0", ""))


def _masked(match: re.Match[str]) -> str:
    """Only numbers with the right check digit (Luhn) are personal; other codes are kept."""
    digits = [int(digit) * (2 - index % 2) for index, digit in enumerate(match[1] + match[2])]
    return "[personnummer]" if sum(digit // 10 + digit % 10 for digit in digits) % 10 == 0 else match[0]
