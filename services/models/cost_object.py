import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from services.choices import ACTIVE, CostObjectKind, Lifecycle
from services.models.person import Person
from vp_portal.core.fields import CodeField, Dated, ValidQuerySet, no_overlap, not_empty_range
from vp_portal.core.history import history


def always() -> DateRange:
    return DateRange(None, None, "[)")


class KindField(models.CharField):
    """Stores the kind that the row's own class says it is."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        kind = getattr(model_instance, "KIND", None)
        if kind is not None:
            setattr(model_instance, self.attname, kind)
        return super().pre_save(model_instance, add)


class CostObjectQuerySet(ValidQuerySet):
    def active(self, on: dt.date) -> Self:
        """Valid on a day and introducing or live."""
        return self.on(on).filter(lifecycle__in=ACTIVE)

    def with_cost_owner(self, on: dt.date) -> Self:
        """Annotates `cost_owner_id` and `cost_owner_name` as of a day (None: nobody)."""
        owner = CostOwner.objects.on(on).filter(cost_object=models.OuterRef("pk"))
        return self.annotate(
            cost_owner_id=models.Subquery(owner.values("person_id")[:1]),
            cost_owner_name=models.Subquery(owner.values("person__name")[:1]),
        )

    def cost_owned_by(self, person_id: int, on: dt.date) -> Self:
        return self.filter(
            models.Exists(CostOwner.objects.on(on).filter(cost_object=models.OuterRef("pk"), person_id=person_id))
        )


class CostObject(models.Model):
    """What a cost ends up on. One foreign key reaches any kind; it never points to its kinds."""

    KIND: ClassVar[str | None] = None

    kind = KindField(_("slag"), max_length=20, editable=False)
    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    description = models.TextField(_("beskrivning"), blank=True)
    lifecycle = models.CharField(_("livscykel"), max_length=20, choices=Lifecycle, default=Lifecycle.LIVE)
    owner = models.ForeignKey(
        Person,
        verbose_name=_("ansvarig"),
        on_delete=models.PROTECT,
        related_name="owned_objects",
        null=True,
        blank=True,
    )
    valid = DateRangeField(
        _("gäller"), default=always, help_text=_("Från och med – till (sista dagen räknas inte). Tomt: alltid.")
    )

    objects = CostObjectQuerySet.as_manager()
    #: Whoever is responsible sees what it costs.
    fields_with_rights: ClassVar[tuple[str, ...]] = ("owner_id",)

    class Meta:
        verbose_name = _("kostnadsbärare")
        verbose_name_plural = _("kostnadsbärare")
        ordering = ["code"]
        constraints = [
            not_empty_range("services_costobject_valid_not_empty"),
            models.CheckConstraint(
                name="services_costobject_kind_given",
                condition=~models.Q(kind=""),
                violation_error_message=_("En kostnadsbärare måste ha ett slag."),
            ),
            models.CheckConstraint(
                name="services_costobject_lifecycle_known",
                condition=models.Q(lifecycle__in=Lifecycle.values),
                violation_error_message=_("Okänd livscykel."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The class says the kind; the constraints that are checked next ask for it."""
        self.kind = self.KIND or self.kind

    @property
    def kind_label(self) -> str:
        """The kind in words; a kind of a higher floor is shown by its own class."""
        return str(CostObjectKind(self.kind).label) if self.kind in CostObjectKind else self.kind


class CostOwner(Dated):
    """Who answers for the cost of a cost object, from–to."""

    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="cost_owner_rows"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("kostnadsägare"), on_delete=models.PROTECT, related_name="cost_owner_rows"
    )

    fields_with_rights = ("cost_object_id", "person_id", "valid")
    history = history()

    class Meta:
        verbose_name = _("kostnadsägare")
        verbose_name_plural = _("kostnadsägare")
        ordering = ["cost_object__code", "valid"]
        constraints = [
            no_overlap(
                "services_costowner_one_owner_a_day",
                "cost_object",
                message=_("Kostnadsbäraren har redan en kostnadsägare de dagarna."),
            ),
            not_empty_range("services_costowner_valid_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.cost_object})"


class OverheadObject(CostObject):
    """A cost that is shared on purpose, named as such, with an owner like any other."""

    KIND = CostObjectKind.OVERHEAD.value

    cost_object = models.OneToOneField(
        CostObject, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )

    history = history()

    class Meta:
        verbose_name = _("gemensam kostnad")
        verbose_name_plural = _("gemensamma kostnader")
