"""Who may do what today, and why: roles that were given, units that are managed, costs that are answered for."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import URLResolver, get_resolver
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.models import CostOwner, UnitManager
from vp_portal.core import rights_table
from vp_portal.core.access import Role
from vp_portal.core.models import RoleGrant, User

LINE_MANAGER, COST_OWNER, EVERYTHING = "line_manager", "cost_owner", "superuser"
#: What someone may be, as the table of rights calls it; and the account that may do everything.
ROLES: dict[str, Any] = {
    **dict(Role.choices),
    LINE_MANAGER: gettext_lazy("Linjechef"),
    COST_OWNER: gettext_lazy("Kostnadsägare"),
    EVERYTHING: gettext_lazy("Alla rättigheter (nödkonto)"),
}
COLUMNS = (
    gettext_lazy("Roll"),
    gettext_lazy("Namn"),
    gettext_lazy("Konto"),
    gettext_lazy("Gäller"),
    gettext_lazy("Varför"),
    gettext_lazy("Från"),
    gettext_lazy("Till"),
    gettext_lazy("Kan logga in"),
)


@dataclass(frozen=True)
class Held:
    """One right of one person. `about` is a unit or a cost object, empty for a role; `last_day` is included."""

    role: str
    name: str
    username: str
    about: str
    why: str
    first_day: dt.date | None
    last_day: dt.date | None
    can_sign_in: bool

    @property
    def label(self) -> str:
        return str(ROLES[self.role])

    def cells(self) -> tuple[Any, ...]:
        """Under `COLUMNS`."""
        can = _("ja") if self.can_sign_in else _("nej")
        return (self.label, self.name, self.username, self.about, self.why, self.first_day, self.last_day, can)


def held(on: dt.date, *, role: str = "", text: str = "") -> list[Held]:
    """What everyone holds on a day, by role and name. Four queries, whatever there is."""
    found = [*_granted(on), *_managers(on), *_owners(on), *_above_all()]
    wanted = text.casefold().strip()
    order = list(ROLES)
    return sorted(
        (
            each
            for each in found
            if role in ("", each.role) and wanted in f"{each.name} {each.username} {each.about}".casefold()
        ),
        key=lambda each: (order.index(each.role), each.name.casefold(), each.about),
    )


def _granted(on: dt.date) -> Iterable[Held]:
    for row in RoleGrant.objects.on(on).select_related("user"):
        why = _("%(who)s: %(reason)s") if row.reason else "%(who)s"
        told = why % {"who": capfirst(str(row.get_origin_display())), "reason": row.reason}
        yield _held(row.role, row.user, str(row.user), "", told, row.valid)


def _managers(on: dt.date) -> Iterable[Held]:
    for row in UnitManager.objects.on(on).select_related("unit", "person__user"):
        yield _held(LINE_MANAGER, row.person.user, row.person.name, str(row.unit), _("Chef för enheten"), row.valid)


def _owners(on: dt.date) -> Iterable[Held]:
    for row in CostOwner.objects.on(on).select_related("cost_object", "person__user"):
        about = f"{row.cost_object.code} {row.cost_object.name}"
        yield _held(COST_OWNER, row.person.user, row.person.name, about, _("Svarar för kostnaden"), row.valid)


def _above_all() -> Iterable[Held]:
    for user in User.objects.filter(is_superuser=True):
        yield Held(
            EVERYTHING, str(user), user.username, "", _("Kontot har alla rättigheter"), None, None, user.is_active
        )


def _held(role: str, user: User | None, name: str, about: str, why: str, valid: Any) -> Held:
    last = valid.upper - dt.timedelta(days=1) if valid.upper else None
    can = user is not None and user.is_active
    return Held(role, name, user.username if user else "", about, why, valid.lower, last, can)


@dataclass(frozen=True)
class RoleOfRegister:
    """A register and, for each asker of `askers`, what may be done in it, in words."""

    register: str
    cells: tuple[str, ...]


_RIGHTS = {
    "see": gettext_lazy("se"),
    "add": gettext_lazy("lägga till"),
    "change": gettext_lazy("ändra"),
    "delete": gettext_lazy("ta bort"),
}
_VERDICTS = {
    "yes": gettext_lazy("med belopp"),
    "facts": gettext_lazy("utan belopp"),
    "page": gettext_lazy("ja"),
    "done": gettext_lazy("ja"),
    "empty": gettext_lazy("tom"),
    "400": gettext_lazy("nej"),
    "403": gettext_lazy("nej"),
    "404": gettext_lazy("finns inte"),
    "405": gettext_lazy("nej"),
    "422": gettext_lazy("ja"),
}
_WHOSE = {"": "", "own": gettext_lazy("egna"), "other": gettext_lazy("andras")}


def askers() -> tuple[str, ...]:
    """Of the table of rights, without those who are not signed in."""
    return tuple(asker for asker in rights_table.ASKERS if asker != "anonymous")


def registers() -> list[RoleOfRegister]:
    """The registers of the administration, as the table of rights has them."""
    found = []
    for name, by in rights_table.registers().items():
        model = apps.get_model(name)._meta
        label = f"{model.app_config.verbose_name} – {model.verbose_name_plural}"
        cells = tuple(
            ", ".join(str(_RIGHTS[right]) for right in rights_table.RIGHTS if right in by[asker]) for asker in askers()
        )
        found.append(RoleOfRegister(label, cells))
    return sorted(found, key=lambda each: each.register)


def _routes(patterns: Iterable[Any], before: str = "/", namespace: str = "") -> Iterable[tuple[str, str]]:
    """Every address's name and how it is written, such as /plan/results/…/."""
    for each in patterns:
        written = before + re.sub(r"<[^>]*>", "…", str(each.pattern))
        if isinstance(each, URLResolver):
            inside = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _routes(each.url_patterns, written, inside)
        else:
            yield f"{namespace}{each.name}", written


@dataclass(frozen=True)
class RoleOfPage:
    """An address with its query, how it is asked, whose it is about, and each asker's verdict in words."""

    address: str
    methods: str
    whose: str
    cells: tuple[str, ...]


def pages() -> list[RoleOfPage]:
    """The pages with money or decisions: those where roles differ, or own and others' do."""
    found, routes = [], dict(_routes(get_resolver().url_patterns))
    for line in rights_table.lines():
        verdicts = [line.verdicts[asker] for asker in askers()]
        if len(set(verdicts)) < 2 or line.address.startswith("admin:"):
            continue
        address = routes[line.address] + (f"?{line.query}" if line.query else "")
        cells = tuple(str(_VERDICTS.get(verdict, verdict)) for verdict in verdicts)
        found.append(RoleOfPage(address, " ".join(line.methods), str(_WHOSE[line.whose]), cells))
    return found
