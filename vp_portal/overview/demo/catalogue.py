"""The demo's service areas, services, FO, their owners and staffing."""

from decimal import Decimal

from services.models import (
    Assignment,
    CostObject,
    CostOwner,
    MaintenanceObject,
    OverheadObject,
    Person,
    Service,
    ServiceArea,
    SubPortfolio,
)
from vp_portal.overview.demo.calendar import Calendar
from vp_portal.overview.demo.files import rows
from vp_portal.overview.demo.store import Store


def make_catalogue(store: Store) -> None:
    people = {person.code: person for person in Person.objects.all()}
    portfolios = {portfolio.code: portfolio for portfolio in SubPortfolio.objects.all()}
    areas: dict[str, ServiceArea] = {}
    objects: dict[str, MaintenanceObject] = {}
    for row in rows("demo/areas"):
        areas[row["code"]] = store.save(ServiceArea(**_common(row, people)))
    for row in rows("demo/overheads"):
        store.save(OverheadObject(**_common(row, people)))
    for row in rows("demo/maintenance_objects"):
        fo = MaintenanceObject(**_common(row, people), sub_portfolio=portfolios.get(row["portfolio"]))
        objects[row["code"]] = store.save(fo)
    for row in rows("demo/services"):
        service = store.save(Service(**_common(row, people), area=areas[row["area"]], users=row["users"]))
        service.maintenance_objects.set(objects[code] for code in row["objects"].split())


def _common(row: dict[str, str], people: dict[str, Person]) -> dict[str, object]:
    """What every kind of cost object has. Nobody responsible: a vacancy."""
    values: dict[str, object] = {name: row[name] for name in ("code", "name", "description")}
    if "lifecycle" in row:
        values["lifecycle"] = row["lifecycle"]
    return {**values, "owner": people[row["owner"]] if row["owner"] else None}


def make_staffing(store: Store, calendar: Calendar) -> None:
    """Cost owners and assignments."""
    people = {person.code: person for person in Person.objects.all()}
    targets = {target.code: target for target in CostObject.objects.all()}
    store.save_all(
        CostOwner,
        [
            CostOwner(cost_object=targets[r["cost_object"]], person=people[r["person"]], valid=calendar.valid(r))
            for r in rows("demo/cost_owners")
        ],
    )
    store.save_all(
        Assignment,
        [
            Assignment(
                person=people[r["person"]],
                cost_object=targets[r["cost_object"]],
                task=r["task"],
                share=Decimal(r["share"]),
                valid=calendar.valid(r),
            )
            for r in rows("demo/staffing")
        ],
    )
