"""Files of the catalogue's registers."""

from services.models import (
    Assignment,
    CostOwner,
    MaintenanceObject,
    OrgUnit,
    OverheadObject,
    Person,
    Service,
    ServiceArea,
    SubPortfolio,
    UnitManager,
    UnitMembership,
    UnitParent,
)
from vp_portal.core.resources import DatedResource, RegisterResource

DAYS = ("valid_from", "valid_to")
COST_OBJECT = ("code", "name", "description", "lifecycle", "owner")


class PersonResource(RegisterResource):
    class Meta:
        model = Person
        fields = ("code", "name", "title", "email")
        import_id_fields = ("code",)


class OrgUnitResource(DatedResource):
    class Meta:
        model = OrgUnit
        fields = ("code", "name", *DAYS)
        import_id_fields = ("code",)


class UnitParentResource(DatedResource):
    class Meta:
        model = UnitParent
        fields = ("unit", "parent", *DAYS)
        import_id_fields = ("unit", "valid_from")


class UnitManagerResource(DatedResource):
    class Meta:
        model = UnitManager
        fields = ("unit", "person", *DAYS)
        import_id_fields = ("unit", "valid_from")


class UnitMembershipResource(DatedResource):
    class Meta:
        model = UnitMembership
        fields = ("person", "unit", *DAYS)
        import_id_fields = ("person", "valid_from")


class SubPortfolioResource(RegisterResource):
    class Meta:
        model = SubPortfolio
        fields = ("code", "name", "owner")
        import_id_fields = ("code",)


class ServiceAreaResource(DatedResource):
    class Meta:
        model = ServiceArea
        fields = (*COST_OBJECT, *DAYS)
        import_id_fields = ("code",)


class ServiceResource(DatedResource):
    class Meta:
        model = Service
        fields = (*COST_OBJECT, "area", "users", "maintenance_objects", *DAYS)
        import_id_fields = ("code",)


class MaintenanceObjectResource(DatedResource):
    class Meta:
        model = MaintenanceObject
        fields = (*COST_OBJECT, "sub_portfolio", *DAYS)
        import_id_fields = ("code",)


class OverheadObjectResource(DatedResource):
    class Meta:
        model = OverheadObject
        fields = (*COST_OBJECT, *DAYS)
        import_id_fields = ("code",)


class CostOwnerResource(DatedResource):
    class Meta:
        model = CostOwner
        fields = ("cost_object", "person", *DAYS)
        import_id_fields = ("cost_object", "valid_from")


class AssignmentResource(DatedResource):
    class Meta:
        model = Assignment
        fields = ("person", "cost_object", "task", "share", *DAYS)
        import_id_fields = ("person", "cost_object", "task", "valid_from")
