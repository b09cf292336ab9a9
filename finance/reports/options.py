"""What a filter of the money can be set to: the codes there are, and those that the user has rows for."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import ArrayAgg
from django.utils.translation import gettext as _

from finance.models import AccountGroup, CostCentre
from finance.models.allocation import CostRollupQuerySet
from finance.reports.selection import NONE, Codes
from services.access import managed_units
from services.choices import CostObjectKind
from services.models import CostObject, MaintenanceObject, OrgUnit, Service, SubPortfolio
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import User
from vp_portal.core.periods import Period


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


def options(seen: CostRollupQuerySet, user: User | AnonymousUser, on: dt.date) -> Options:
    """Out of the sums that the user sees. Six queries, and those that tell which units a line manager has."""
    found = seen.order_by().aggregate(
        periods=ArrayAgg("period", distinct=True, default=[]),
        cost_centres=ArrayAgg("cost_centre", distinct=True, default=[]),
        groups=ArrayAgg("account_group", distinct=True, default=[]),
        cost_objects=ArrayAgg("cost_object", distinct=True, default=[]),
    )
    centres = CostCentre.objects.values_list("pk", "code", "name")
    groups = list(AccountGroup.objects.values_list("pk", "chart__code", "chart__name", "code", "name"))
    charts = {chart for pk, chart, _chart_name, _code, _name in groups if pk in found["groups"]}
    known = list(CostObject.objects.order_by("name").values_list("pk", "code", "name", "kind"))
    objects = [(pk, code, f"{name} ({code})") for pk, code, name, _kind in known]
    areas = [row for row, kind in zip(objects, (row[3] for row in known), strict=True) if kind == CostObjectKind.AREA]
    portfolios = SubPortfolio.objects.values_list("pk", "code", "name")
    periods = (Period(number) for number in found["periods"])
    return Options(
        periods=tuple(sorted((period for period in periods if not period.is_special), reverse=True)),
        units=_units(user, on),
        cost_centres=_register(((pk, code, f"{code} {name}") for pk, code, name in centres), found["cost_centres"]),
        groups=_register(
            (
                (pk, f"{chart}.{code}", f"{name} ({chart_name})" if len(charts) > 1 else name)
                for pk, chart, chart_name, code, name in groups
            ),
            found["groups"],
        ),
        cost_objects=_register(objects, found["cost_objects"]),
        areas={code: Option(pk, label, listed=True) for pk, code, label in areas},
        portfolios={code: Option(pk, f"{code} {name}", listed=True) for pk, code, name in portfolios},
    )


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


def _register(rows: Iterable[tuple[int, str, str]], seen: list[int | None]) -> dict[str, Option]:
    keys = set(seen)
    known = {code: Option(pk, label.strip(), pk in keys) for pk, code, label in rows}
    return {**known, NONE: Option(None, str(_("Saknas")), None in keys)}


def _units(user: User | AnonymousUser, on: dt.date) -> dict[str, Option]:
    every = list(OrgUnit.objects.on(on).values_list("pk", "code", "name"))
    if has_role(user, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR):
        mine = {pk for pk, _code, _name in every}
    else:
        mine = set(managed_units(user, on).values_list("pk", flat=True))
    return {code: Option(pk, name, pk in mine) for pk, code, name in every}
