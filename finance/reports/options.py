"""What a filter of the money can be set to: the codes there are, and those that the user has rows for."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from finance.choices import TotalBy
from finance.models import AccountGroup, CostCentre, CostTotal
from finance.models.rollup import CostRollupQuerySet
from finance.reports.selection import NONE, Codes
from services.access import managed_units
from services.choices import CostObjectKind
from services.models import CostObject, MaintenanceObject, OrgUnit, Service, SubPortfolio
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.core.periods import Period

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
    these are asked for, of all since then (`EARLIEST` for all). Up to eleven queries, and those that tell which units
    a line manager has."""
    found = _found(seen, _since(latest, asked_from))
    centres = CostCentre.objects.values_list("pk", "code", "name")
    groups = list(AccountGroup.objects.values_list("pk", "chart__code", "chart__name", "code", "name"))
    charts = {chart for pk, chart, _chart_name, _code, _name in groups if pk in found["account_group"]}
    known = list(CostObject.objects.order_by("name").values_list("pk", "code", "name", "kind"))
    objects = [(pk, code, f"{name} ({code})") for pk, code, name, _kind in known]
    areas = [row for row, kind in zip(objects, (row[3] for row in known), strict=True) if kind == CostObjectKind.AREA]
    portfolios = SubPortfolio.objects.values_list("pk", "code", "name")
    periods = (Period(number) for number in found["period"])
    return Options(
        periods=tuple(sorted((period for period in periods if not period.is_special), reverse=True)),
        units=_units(user, on),
        cost_centres=_register(((pk, code, f"{code} {name}") for pk, code, name in centres), found["cost_centre"]),
        groups=_register(
            (
                (pk, f"{chart}.{code}", f"{name} ({chart_name})" if len(charts) > 1 else name)
                for pk, chart, chart_name, code, name in groups
            ),
            found["account_group"],
        ),
        cost_objects=_register(objects, found["cost_object"]),
        areas={code: Option(pk, label, listed=True) for pk, code, label in areas},
        portfolios={code: Option(pk, f"{code} {name}", listed=True) for pk, code, name in portfolios},
    )


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


def _found(seen: CostRollupQuerySet, since: Period) -> dict[str, set[Any]]:
    """The periods of the sums, and field → the keys that they have from `since` on. Who has no totals has few sums:
    they are read once."""
    if any(seen.coarse(field) is not seen for field in _FIELDS):
        periods = seen.coarse().order_by().values_list("period", flat=True).distinct()
        return {"period": set(periods), **{field: _there(seen, field, since) for field in _FIELDS}}
    keys = _statement(seen.filter(period__gte=since).values_list(*_FIELDS).distinct())
    every = CostTotal.objects.filter(by=TotalBy.ACCOUNT_GROUP).in_force().values("period").distinct()
    in_month = RawSQL("m.period", [])  # no value of anybody's in it
    in_parts = [_statement(part.filter(period=in_month).values("pk")) for part in seen.parts()]
    if keys is None:
        return {field: set() for field in ("period", *_FIELDS)}
    (months, known), there = every.order_by().query.sql_with_params(), [*filter(None, in_parts)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT period, 0, 0, 0 FROM ({months}) m"  # noqa: S608  # Django's own SQL
            f" WHERE {' OR '.join(f'EXISTS ({sql})' for sql, _values in there)}"
            f" UNION ALL SELECT NULL, k.* FROM ({keys[0]}) k",
            [*known, *(value for _sql, values in there for value in values), *keys[1]],
        )
        rows = cursor.fetchall()
    return {
        "period": {row[0] for row in rows} - {None},
        **{field: {row[place] for row in rows if row[0] is None} for place, field in enumerate(_FIELDS, 1)},
    }


def _statement(query: "QuerySet[Any, Any]") -> tuple[str, Sequence[Any]] | None:
    """None for what can have no rows."""
    try:
        return query.order_by().query.sql_with_params()
    except EmptyResultSet:
        return None


def _there(seen: CostRollupQuerySet, field: str, since: Period) -> set[Any]:
    """The keys that the sums have. Who sees all sums has most codes: each is looked for by itself."""
    register: Any = {"cost_centre": CostCentre, "cost_object": CostObject}.get(field)
    if register is None or seen.coarse(field) is seen:
        recent = seen.coarse(field).filter(period__gte=since)
        return set(recent.order_by().values_list(field, flat=True).distinct())
    recent = seen.filter(period__gte=since)
    used = register._default_manager.filter(Exists(recent.filter(**{field: OuterRef("pk")})))
    found: set[Any] = set(used.order_by().values_list("pk", flat=True))
    # Of any month: with months too, the database looks through all rows for the first one.
    return found | ({None} if seen.filter(**{f"{field}__isnull": True}).exists() else set())


def _register(rows: Iterable[tuple[int, str, str]], keys: set[int | None]) -> dict[str, Option]:
    known = {code: Option(pk, label.strip(), pk in keys) for pk, code, label in rows}
    return {**known, NONE: Option(None, str(_("Saknas")), None in keys)}


def _units(user: User | AnonymousUser, on: dt.date) -> dict[str, Option]:
    every = list(OrgUnit.objects.on(on).values_list("pk", "code", "name"))
    if has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR):
        mine = {pk for pk, _code, _name in every}
    else:
        mine = set(managed_units(user, on).values_list("pk", flat=True))
    return {code: Option(pk, name, pk in mine) for pk, code, name in every}
