"""What a filter of the money can be set to: the codes there are, and those that the user has rows for."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, IntegerField, QuerySet, TextField, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, RowNumber
from django.utils.translation import gettext as _

from finance.choices import TotalBy
from finance.models import AccountGroup, CostCentre, CostTotal
from finance.models.rollup import CostRollupQuerySet
from finance.reports.selection import NONE, Codes, specials
from services.access import managed_units
from services.choices import CostObjectKind
from services.models import CostObject, MaintenanceObject, OrgUnit, Service, SubPortfolio
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.core.prepared import Prepared

#: As `asked_from`, for the codes of all months.
EARLIEST = "1900-01"
#: Codes with rows in as many of the last months are worth showing whatever months a page is about.
_USUAL_MONTHS = 24


@dataclass(frozen=True)
class Option:
    """`listed`: worth showing to the user. The others are known codes all the same."""

    key: int | None
    label: str
    listed: bool


@dataclass(frozen=True)
class Options:
    """Code → option for each filter, and the ordinary months that the user has rows in, latest first."""

    periods: tuple[Period, ...] = ()
    units: dict[str, Option] = field(default_factory=dict)
    cost_centres: dict[str, Option] = field(default_factory=dict)
    groups: dict[str, Option] = field(default_factory=dict)
    cost_objects: dict[str, Option] = field(default_factory=dict)
    areas: dict[str, Option] = field(default_factory=dict)
    portfolios: dict[str, Option] = field(default_factory=dict)


def options(
    seen: CostRollupQuerySet,
    user: User | AnonymousUser,
    on: dt.date,
    latest: Period | None,
    asked_from: str | None = None,
) -> Options:
    """Out of the sums that the user sees: all months, and the codes of the last two years or, where months before
    these are asked for, of all since then (`EARLIEST` for all). Two queries, three for who sees parts only, and
    those that tell which units a line manager has."""
    found = _found(seen, _since(latest, asked_from), latest)
    known: dict[int, list[tuple[Any, ...]]] = {number: [] for number in range(_REGISTERS)}
    for number, *row in _names(day=on):
        known[number].append(tuple(row))
    groups, centres, objects, units, portfolios = known.values()
    charts = {chart for _place, pk, _code, _name, chart, _chart_name in groups if pk in found["account_group"]}
    labelled = [(pk, code, f"{name} ({code})", kind) for _place, pk, code, name, kind, _rest in objects]
    periods = (Period(number) for number in found["period"])
    return Options(
        periods=tuple(sorted((period for period in periods if not period.is_special), reverse=True)),
        units=_units(((pk, code, name) for _place, pk, code, name, *_rest in units), user, on),
        cost_centres=_register(
            ((pk, code, f"{code} {name}") for _place, pk, code, name, *_rest in centres), found["cost_centre"]
        ),
        groups=_register(
            (
                (pk, f"{chart}.{code}", f"{name} ({chart_name})" if len(charts) > 1 else name)
                for _place, pk, code, name, chart, chart_name in groups
            ),
            found["account_group"],
        ),
        cost_objects=_register(((pk, code, label) for pk, code, label, _kind in labelled), found["cost_object"]),
        areas={
            code: Option(pk, label, listed=True) for pk, code, label, kind in labelled if kind == CostObjectKind.AREA
        },
        portfolios={code: Option(pk, f"{code} {name}", listed=True) for _place, pk, code, name, *_rest in portfolios},
    )


#: How many registers `_registers` tells the names of.
_REGISTERS = 5


def _registers(day: dt.date) -> "QuerySet[Any, Any]":
    """Which register, place in its order, key, code, name, and two more: a group's chart, or a cost object's kind."""
    empty = Value("")
    arms = [
        _arm(0, AccountGroup.objects, ("chart__code", "position", "code"), F("chart__code"), F("chart__name")),
        _arm(1, CostCentre.objects, ("code",), empty, empty),
        _arm(2, CostObject.objects, ("name",), F("kind"), empty),
        _arm(3, OrgUnit.objects.on(day), ("code",), empty, empty),
        _arm(4, SubPortfolio.objects, ("code",), empty, empty),
    ]
    return arms[0].union(*arms[1:], all=True).order_by("register", "place")


def _arm(register: int, rows: Any, order: Sequence[str], *more: Any) -> "QuerySet[Any, Any]":
    place = Window(RowNumber(), order_by=[F(name) for name in order])
    texts = {name: Cast(text, TextField()) for name, text in zip(("first", "second"), more, strict=True)}
    told = rows.order_by().annotate(register=Value(register), place=place, **texts)
    arm: QuerySet[Any, Any] = told.values_list("register", "place", "pk", "code", "name", "first", "second")
    return arm


_names = Prepared(_registers, day=dt.date)


def _since(latest: Period | None, asked_from: str | None) -> Period:
    """`asked_from` comes from the address, and may be anything."""
    usual = latest.shift(-_USUAL_MONTHS + 1) if latest else Period.parse(EARLIEST)
    try:
        return min(usual, Period.parse(asked_from or ""))
    except ValueError:
        return usual


def members_of(areas: Codes, portfolios: Codes) -> frozenset[int] | None:
    """The keys of the areas with their services, of the sub-portfolios' FO, or of what lies in both. None where
    neither is chosen. One query each. Retired ones are in: their cost is."""
    inside: list[set[int]] = []
    if areas.codes:
        services = Service.objects.filter(area__in=areas.keys).values_list("pk", flat=True)
        inside.append({*services, *(key for key in areas.keys if key)})
    if portfolios.codes:
        objects = MaintenanceObject.objects.filter(sub_portfolio__in=portfolios.keys)
        inside.append(set(objects.values_list("pk", flat=True)))
    return frozenset(set.intersection(*inside)) if inside else None


_FIELDS = ("cost_centre", "account_group", "cost_object")


def _found(seen: CostRollupQuerySet, since: Period, latest: Period | None) -> dict[str, set[Any]]:
    """The periods of the sums, and field → the keys that they have from `since` on. Who has no totals has few sums:
    they are read once."""
    if latest is None:
        return {field: set() for field in ("period", *_FIELDS)}
    last = max(since, latest)
    if any(seen.coarse(field) is not seen for field in _FIELDS):
        return _of_totals(seen, since, last)
    found: dict[str, set[Any]] = {"period": _months_of_parts(seen)}
    keys = [sums.values_list(*_FIELDS).distinct() for sums in _since_then(seen, since, last, *_FIELDS)]
    rows = set(keys[0].union(*keys[1:]))
    return found | {field: {row[place] for row in rows} for place, field in enumerate(_FIELDS)}


def _of_totals(seen: CostRollupQuerySet, since: Period, last: Period) -> dict[str, set[Any]]:
    """One query."""
    months = seen.coarse().order_by().values_list(Value("period"), Cast("period", IntegerField())).distinct()
    keys = [
        sums.values_list(Value(name), name).distinct()
        for name in _FIELDS
        for sums in _since_then(seen, since, last, name)
    ]
    found: dict[str, set[Any]] = {name: set() for name in ("period", *_FIELDS)}
    for name, key in months.union(*keys, all=True):
        found[name].add(key)
    return found


def _since_then(seen: CostRollupQuerySet, since: Period, last: Period, *fields: str) -> list[CostRollupQuerySet]:
    """What there is from `since` on, special periods included, to be asked about some fields."""
    special = seen.coarse(*fields).filter(period__in=[p for p in specials(since, last) if p >= since])
    return [sums.order_by() for sums in (*seen.within((since, last), by=fields), special)]


def _months_of_parts(seen: CostRollupQuerySet) -> set[Any]:
    """The periods that who sees parts only has sums in: each that there is, is asked for."""
    every = CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP).in_force().values("period").distinct()
    in_month = RawSQL("m.period", [])  # no value of anybody's in it
    there = [*filter(None, (_statement(part.filter(period=in_month).values("pk")) for part in seen.parts()))]
    if not there:
        return set()
    months, known = every.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT period FROM ({months}) m"  # noqa: S608  # Django's own SQL
            f" WHERE {' OR '.join(f'EXISTS ({sql})' for sql, _values in there)}",
            [*known, *(value for _sql, values in there for value in values)],
        )
        return {period for (period,) in cursor.fetchall()}


def _statement(query: "QuerySet[Any, Any]") -> tuple[str, Sequence[Any]] | None:
    """None for what can have no rows."""
    try:
        return query.order_by().query.sql_with_params()
    except EmptyResultSet:
        return None


def _register(rows: Iterable[tuple[int, str, str]], keys: set[int | None]) -> dict[str, Option]:
    known = {code: Option(pk, label.strip(), pk in keys) for pk, code, label in rows}
    return {**known, NONE: Option(None, str(_("Saknas")), None in keys)}


def _units(known: Iterable[tuple[int, str, str]], user: User | AnonymousUser, on: dt.date) -> dict[str, Option]:
    every = list(known)
    if has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR):
        mine = {pk for pk, _code, _name in every}
    else:
        mine = set(managed_units(user, on).values_list("pk", flat=True))
    return {code: Option(pk, name, pk in mine) for pk, code, name in every}
