from services.models.cost_object import CostObject, CostOwner, OverheadObject
from services.models.maintenance_object import MaintenanceObject, SubPortfolio
from services.models.person import Person, UnitMembership
from services.models.service import Service, ServiceArea
from services.models.staffing import Assignment
from services.models.unit import OrgUnit, UnitManager, UnitParent

__all__ = [
    "Assignment",
    "CostObject",
    "CostOwner",
    "MaintenanceObject",
    "OrgUnit",
    "OverheadObject",
    "Person",
    "Service",
    "ServiceArea",
    "SubPortfolio",
    "UnitManager",
    "UnitMembership",
    "UnitParent",
]
