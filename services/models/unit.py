import datetime as dt
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.fields import CodeField, Dated, ValidQuerySet, no_overlap, not_empty_range
from vp_portal.core.history import history

# Walks the dated tree downwards from the units in %(roots)s; UNION stops at a cycle.
_BELOW = """
    WITH RECURSIVE below AS (
        SELECT id FROM services_orgunit WHERE id = ANY(%(roots)s)
        UNION
        SELECT edge.unit_id FROM services_unitparent edge JOIN below ON edge.parent_id = below.id
        WHERE edge.valid @> %(day)s::date
    )
    SELECT id FROM below
"""


class OrgUnitQuerySet(ValidQuerySet["OrgUnit"]):
    def managed_by(self, person_id: int, on: dt.date) -> Self:
        """The units whose manager the person is on a day (not those below)."""
        return self.filter(
            models.Exists(UnitManager.objects.on(on).filter(unit=models.OuterRef("pk"), person_id=person_id))
        )

    def with_below(self, on: dt.date) -> "OrgUnitQuerySet":
        """These units and all below them on a day."""
        return self.model.objects.filter(pk__in=ids_below(list(self.values_list("pk", flat=True)), on))

    def with_parent(self, on: dt.date) -> Self:
        """Annotates `parent_id` (None for a root) as of a day."""
        edge = UnitParent.objects.on(on).filter(unit=models.OuterRef("pk"))
        return self.annotate(parent_id=models.Subquery(edge.values("parent_id")[:1]))

    def with_manager(self, on: dt.date) -> Self:
        """Annotates `manager_id` and `manager_name` as of a day."""
        manager = UnitManager.objects.on(on).filter(unit=models.OuterRef("pk"))
        return self.annotate(
            manager_id=models.Subquery(manager.values("person_id")[:1]),
            manager_name=models.Subquery(manager.values("person__name")[:1]),
        )


def ids_below(roots: list[int], on: dt.date) -> set[int]:
    """Ids of the units and all below them on a day. One recursive query."""
    if not roots:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"roots": roots, "day": on})
        return {row[0] for row in cursor.fetchall()}


class OrgUnit(Dated):
    """An organisational unit. Its place in the tree and its manager are dated rows of their own."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)

    objects: ClassVar = OrgUnitQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("enhet")
        verbose_name_plural = _("enheter")
        ordering = ["code"]
        constraints = [not_empty_range("services_orgunit_valid_not_empty")]

    def __str__(self) -> str:
        return self.name


class UnitParent(Dated):
    """Which unit another belongs to, from–to: moves are dated."""

    unit = models.ForeignKey(OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="parent_rows")
    parent = models.ForeignKey(OrgUnit, verbose_name=_("hör till"), on_delete=models.PROTECT, related_name="child_rows")

    #: A manager sees the units below the own one.
    fields_with_rights = ("unit_id", "parent_id", "valid")
    history = history()

    class Meta:
        verbose_name = _("plats i organisationen")
        verbose_name_plural = _("platser i organisationen")
        ordering = ["unit__code", "valid"]
        constraints = [
            no_overlap(
                "services_unitparent_one_parent_a_day",
                "unit",
                message=_("Enheten har redan en överordnad enhet de dagarna."),
            ),
            not_empty_range("services_unitparent_valid_not_empty"),
            models.CheckConstraint(
                name="services_unitparent_not_its_own_parent",
                condition=~models.Q(unit=models.F("parent")),
                violation_error_message=_("En enhet kan inte höra till sig själv."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.parent}"

    def clean(self) -> None:
        """Refuses a circle. The tree is read on each day where it can have changed during the row's own range."""
        if not (self.unit_id and self.parent_id and self.valid) or self.unit_id == self.parent_id:
            return
        changes = UnitParent.objects.filter(valid__overlap=self.valid).values_list("valid", flat=True)
        days = {r.lower for r in [self.valid, *changes] if r.lower and r.lower in self.valid} or {dt.date(1900, 1, 1)}
        for day in days:
            if self.parent_id in ids_below([self.unit_id], day):
                message = _("%(parent)s ligger under %(unit)s: det skulle bli en cirkel.")
                raise ValidationError(
                    {"parent": ValidationError(message, params={"parent": self.parent, "unit": self.unit})}
                )


class UnitManager(Dated):
    """Who is line manager of a unit, from–to."""

    unit = models.ForeignKey(OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="manager_rows")
    person: Any = models.ForeignKey(
        "services.Person", verbose_name=_("linjechef"), on_delete=models.PROTECT, related_name="manager_rows"
    )

    fields_with_rights = ("unit_id", "person_id", "valid")
    history = history()

    class Meta:
        verbose_name = _("linjechef")
        verbose_name_plural = _("linjechefer")
        ordering = ["unit__code", "valid"]
        constraints = [
            no_overlap(
                "services_unitmanager_one_manager_a_day", "unit", message=_("Enheten har redan en chef de dagarna.")
            ),
            not_empty_range("services_unitmanager_valid_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.unit})"
