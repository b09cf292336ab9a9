"""The demo's units, people, managers and logins."""

import unicodedata

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from services.models import OrgUnit, Person, UnitManager, UnitMembership, UnitParent
from vp_portal.core import roles
from vp_portal.core.access import Role
from vp_portal.core.models import User
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.store import Store

#: A domain that never exists (RFC 2606).
MAIL_DOMAIN = "tekniska.example"


def mail_address(name: str) -> str:
    """`Åsa Wikström` → asa.wikstrom@…"""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join(plain.split()) + f"@{MAIL_DOMAIN}"


def make_users(password: str, calendar: Calendar) -> dict[str, User]:
    """The logins, and accounts without a password for the other managers and owners of results. By signature."""
    people = {row["code"]: row["name"] for row in rows("demo/people")}
    hashed = make_password(password)
    users = {}
    for login in rows("demo/logins"):
        role = Role(login["role"]) if login["role"] else None
        user = _user(login["username"], people[login["person"]], hashed)
        user.save()
        if role:
            roles.grant(user, role, on=calendar.periods[0].first_day, by=None, reason=_("Demons inloggning."))
        users[login["person"]] = user
    leads = {row["person"] for row in rows("demo/managers")} | {row["owner"] for row in rows("demo/results")}
    for code in sorted(leads - users.keys() - {""}):
        users[code] = _user(code, people[code], make_password(None))
        users[code].save()
    return users


def logins(users: dict[str, User]) -> dict[str, User]:
    """The demo's logins by username, from users by signature."""
    return {row["username"]: users[row["person"]] for row in rows("demo/logins")}


def _user(username: str, name: str, hashed: str) -> User:
    first, last = name.split(" ", 1)
    return User(username=username, first_name=first, last_name=last, email=mail_address(name), password=hashed)


def make_units(store: Store, calendar: Calendar) -> None:
    table = rows("demo/units")
    store.save_all(
        OrgUnit,
        [OrgUnit(code=r["code"], name=r["name"], valid=calendar.valid({**r, "before": ""})) for r in table],
    )
    units = {unit.code: unit for unit in OrgUnit.objects.all()}
    moves = rows("demo/unit_moves")
    moved = {row["unit"] for row in moves}
    steady = [{**r, "unit": r["code"], "before": ""} for r in table if r["parent"] and r["code"] not in moved]
    store.save_all(
        UnitParent,
        [
            UnitParent(unit=units[r["unit"]], parent=units[r["parent"]], valid=calendar.valid(r))
            for r in [*steady, *moves]
        ],
    )


def make_people(store: Store, calendar: Calendar, users: dict[str, User]) -> None:
    """People with where they work, and have worked: `earlier` is the unit before the present one, with its start."""
    units = {unit.code: unit for unit in OrgUnit.objects.all()}
    table = rows("demo/people")
    people = store.save_all(
        Person,
        [
            Person(
                code=r["code"],
                name=r["name"],
                title=r["title"],
                email=mail_address(r["name"]),
                user=users.get(r["code"]),
            )
            for r in table
        ],
    )
    memberships = []
    for person, row in zip(people, table, strict=True):
        memberships.append(UnitMembership(person=person, unit=units[row["unit"]], valid=calendar.valid(row)))
        if row["earlier"]:
            unit, first = row["earlier"].split()
            until = calendar.valid({"first": first, "before": row["first"]})
            memberships.append(UnitMembership(person=person, unit=units[unit], valid=until))
    store.save_all(UnitMembership, memberships)
    by_code = {person.code: person for person in people}
    store.save_all(
        UnitManager,
        [
            UnitManager(unit=units[r["unit"]], person=by_code[r["person"]], valid=calendar.valid(r))
            for r in rows("demo/managers")
        ],
    )
