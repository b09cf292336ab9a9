"""The catalogue as a list: what there is, who answers for it, and what is missing."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from services.choices import LIFECYCLE_TONE, CostObjectKind, Lifecycle
from services.models import CostObject, MaintenanceObject, OverheadObject, Service, ServiceArea

_SWEDISH = str.maketrans("åäöéüø", "{|}eu}")


@dataclass(frozen=True)
class CatalogueRow:
    """One service area, service, FO or overhead object. Empty text: nobody, nothing. `related` counts FO of a
    service, services of an area or an FO; None where it has no meaning."""

    pk: int
    code: str
    name: str
    kind: str
    kind_label: str
    lifecycle: str
    lifecycle_label: str
    tone: str
    owner: str
    owner_code: str
    cost_owner: str
    area: str = ""
    area_code: str = ""
    sub_portfolio: str = ""
    related: int | None = None

    @property
    def lacks_area(self) -> bool:
        return self.kind == CostObjectKind.SERVICE and not self.area_code


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; empty means everything."""

    q: str = ""
    kind: str = ""
    area: str = ""
    lifecycle: str = ""
    owner: str = ""
    no_cost_owner: bool = False


@dataclass(frozen=True)
class AreaGroup:
    """A service area with those of its services that are shown. `area` is None for services without one, or when
    the area itself is not among what is shown; `code` and `name` are then what the services say."""

    code: str
    name: str
    area: CatalogueRow | None
    services: tuple[CatalogueRow, ...]


@dataclass(frozen=True)
class Catalogue:
    """What is shown, in the order and groups of the page; `counts` per kind ignore the choice of kind."""

    areas: tuple[AreaGroup, ...]
    objects: tuple[CatalogueRow, ...]
    overhead: tuple[CatalogueRow, ...]
    counts: dict[str, int]
    without_cost_owner: int

    @property
    def rows(self) -> list[CatalogueRow]:
        """In the order of the page, as an export writes them."""
        grouped = [row for group in self.areas for row in (*filter(None, [group.area]), *group.services)]
        return [*grouped, *self.objects, *self.overhead]


def swedish(text: str) -> str:
    """A sort key: å, ä, ö last."""
    return text.lower().translate(_SWEDISH)


def all_rows(on: dt.date) -> list[CatalogueRow]:
    """Everything in the catalogue that is valid on a day, sorted by name. Four queries."""
    services = Service.objects.annotate(related=_count(Service.maintenance_objects.through, "service_id"))
    objects = MaintenanceObject.objects.annotate(
        related=_count(Service.maintenance_objects.through, "maintenanceobject_id")
    )
    areas = ServiceArea.objects.annotate(related=_count(Service, "area_id", Service.objects.on(on)))
    rows = [
        *(_row(area) for area in _as_of(areas, on)),
        *(
            _row(
                service,
                area=service.area.name if service.area else "",
                area_code=service.area.code if service.area else "",
            )
            for service in _as_of(services.select_related("area"), on)
        ),
        *(
            _row(item, sub_portfolio=str(item.sub_portfolio or ""))
            for item in _as_of(objects.select_related("sub_portfolio"), on)
        ),
        *(_row(item) for item in _as_of(OverheadObject.objects.all(), on)),
    ]
    return sorted(rows, key=lambda row: (swedish(row.name), row.code))


def catalogue(rows: Iterable[CatalogueRow], filters: Filters) -> Catalogue:
    """The rows that fit the filters, in groups. Pure."""
    fitting = [row for row in rows if _fits(row, filters)]
    shown = [row for row in fitting if not filters.kind or row.kind == filters.kind]
    return Catalogue(
        areas=_by_area(shown),
        objects=tuple(row for row in shown if row.kind == CostObjectKind.MAINTENANCE_OBJECT),
        overhead=tuple(row for row in shown if row.kind == CostObjectKind.OVERHEAD),
        counts={kind: sum(row.kind == kind for row in fitting) for kind in CostObjectKind.values},
        without_cost_owner=sum(not row.cost_owner for row in fitting),
    )


def _as_of(queryset: "QuerySet[Any]", on: dt.date) -> Iterable[Any]:
    rows: Any = queryset
    return rows.on(on).with_cost_owner(on).select_related("owner")


def _count(model: Any, key: str, queryset: "QuerySet[Any] | None" = None) -> Coalesce:
    """How many rows of `model` point to the outer row: one correlated subquery."""
    rows = model.objects.all() if queryset is None else queryset
    counted = rows.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def _row(item: CostObject, **more: Any) -> CatalogueRow:
    lifecycle = Lifecycle(item.lifecycle)
    return CatalogueRow(
        pk=item.pk,
        code=item.code,
        name=item.name,
        kind=item.kind,
        kind_label=item.kind_label,
        lifecycle=lifecycle.value,
        lifecycle_label=str(lifecycle.label),
        tone=LIFECYCLE_TONE[lifecycle],
        owner=item.owner.name if item.owner else "",
        owner_code=item.owner.code if item.owner else "",
        cost_owner=getattr(item, "cost_owner_name", None) or "",
        related=getattr(item, "related", None),
        **more,
    )


def _fits(row: CatalogueRow, filters: Filters) -> bool:
    wanted = filters.q.casefold()
    return (
        (not wanted or wanted in row.name.casefold() or wanted in row.code.casefold())
        and (not filters.area or filters.area == (row.code if row.kind == CostObjectKind.AREA else row.area_code))
        and (not filters.lifecycle or row.lifecycle == filters.lifecycle)
        and (not filters.owner or row.owner_code == filters.owner)
        and (not filters.no_cost_owner or not row.cost_owner)
    )


def _by_area(rows: list[CatalogueRow]) -> tuple[AreaGroup, ...]:
    """Areas in order of name, with their services; services without an area last."""
    areas = {row.code: row for row in rows if row.kind == CostObjectKind.AREA}
    names = {row.code: row.name for row in areas.values()}
    services: dict[str, list[CatalogueRow]] = {}
    for row in rows:
        if row.kind == CostObjectKind.SERVICE:
            services.setdefault(row.area_code, []).append(row)
            names.setdefault(row.area_code, row.area)
    ordered = sorted(names, key=lambda code: (not code, swedish(names[code]), code))
    return tuple(AreaGroup(code, names[code], areas.get(code), tuple(services.get(code, ()))) for code in ordered)
