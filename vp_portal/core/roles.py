"""Gives and takes roles, from a day on, with history. Rights follow from the very next request."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.http import HttpRequest

from vp_portal.core import audit
from vp_portal.core.access import GrantOrigin, Role, forget_roles
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import RoleGrant, User


@transaction.atomic
def grant(
    user: User,
    role: Role,
    *,
    on: dt.date,
    by: User | None,
    origin: GrantOrigin | str = GrantOrigin.MANUAL,
    reason: str = "",
    until: dt.date | None = None,
    request: HttpRequest | None = None,
) -> RoleGrant:
    """Gives a role from a day on, `until` excluded, at most to where the next grant of it begins.

    Raises ValidationError where the account has the role on that day already. `request` tells from where, if known.
    """
    _lock(user)
    later = user.role_grants.filter(role=role, valid__startswith__gt=on).order_by("valid").first()
    ends = [day for day in (until, later and later.valid.lower) if day]
    row = RoleGrant(user=user, role=role, valid=DateRange(on, min(ends, default=None)), origin=origin, reason=reason)
    row.full_clean()
    _keep(row, by, reason)
    tell(row, "given", request=request, by=by)
    forget_roles(user)
    return row


@transaction.atomic
def withdraw(
    user: User,
    role: Role,
    *,
    on: dt.date,
    by: User | None,
    reason: str = "",
    origin: GrantOrigin | str | None = None,
    request: HttpRequest | None = None,
) -> int:
    """Takes a role away from a day on, that day included; how many grants ended. `origin` spares the other's."""
    _lock(user)
    rows = user.role_grants.filter(_not_over(on), role=role)
    if origin:
        rows = rows.filter(origin=origin)
    found = list(rows)
    for row in found:
        tell(row, "withdrawn", request=request, by=by, on=on)
        _end(row, on, by, reason)
    forget_roles(user)
    return len(found)


@transaction.atomic
def set_directory_roles(user: User, roles: Iterable[Role], *, on: dt.date, by: User | None = None) -> None:
    """Makes the roles that the directory gives equal to `roles`. What an administrator gave stays."""
    wanted = set(roles)
    _lock(user)
    given = user.role_grants.filter(_not_over(on), origin=GrantOrigin.DIRECTORY)
    held = set(given.values_list("role", flat=True))
    for role in sorted(held - wanted):
        withdraw(user, Role(role), on=on, by=by, origin=GrantOrigin.DIRECTORY)
    today = set(user.role_grants.on(on).values_list("role", flat=True))
    for role in sorted(wanted - today):
        grant(user, role, on=on, by=by, origin=GrantOrigin.DIRECTORY)


def tell(
    row: RoleGrant, what: str, *, request: HttpRequest | None = None, by: User | None = None, on: dt.date | None = None
) -> None:
    """Records in the audit log that a role was given, changed or withdrawn."""
    days = {"valid_from": on or row.valid.lower, "valid_to": None if on else row.valid.upper}
    facts = {"what": what, "role": row.role, "origin": row.origin, **days}
    audit.record(AuditEvent.RIGHTS_CHANGED, request=request, user=by, target=row.user, **facts)


def _not_over(on: dt.date) -> Q:
    """Grants that hold on a day or later."""
    return Q(valid__upper_inf=True) | Q(valid__endswith__gt=on)


def _end(row: RoleGrant, on: dt.date, by: User | None, reason: str) -> None:
    """A grant that never came to hold is removed; its history stays."""
    if row.valid.lower and row.valid.lower >= on:
        row._history_user = by  # type: ignore[attr-defined]  # where simple_history looks for it
        row._change_reason = reason  # type: ignore[attr-defined]  # as above
        row.delete()
        return
    row.valid = DateRange(row.valid.lower, on)
    row.reason = reason or row.reason
    _keep(row, by, reason)


def _keep(row: RoleGrant, by: User | None, reason: str) -> None:
    row._history_user = by  # type: ignore[attr-defined]  # where simple_history looks for it
    row._change_reason = reason  # type: ignore[attr-defined]  # as above
    row.save()


def _lock(user: User) -> None:
    """One change of an account's roles at a time."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
