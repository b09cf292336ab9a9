"""Choices of the catalogue: values, labels and tones, declared once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CostObjectKind(models.TextChoices):
    """What a cost object is. Kinds of higher floors add their own value beside these."""

    AREA = "area", _("Tjänsteområde")
    SERVICE = "service", _("Tjänst")
    MAINTENANCE_OBJECT = "object", _("Förvaltningsobjekt")
    OVERHEAD = "overhead", _("Gemensam kostnad")


class Lifecycle(models.TextChoices):
    PLANNED = "planned", _("Planerad")
    INTRODUCING = "introducing", _("Införs")
    LIVE = "live", _("I drift")
    RETIRING = "retiring", _("Avvecklas")
    RETIRED = "retired", _("Avvecklad")


#: Lifecycles in which something counts as active (with `valid`), as the indicators mean it.
ACTIVE = (Lifecycle.INTRODUCING, Lifecycle.LIVE)

LIFECYCLE_TONE = {
    Lifecycle.PLANNED: "info",
    Lifecycle.INTRODUCING: "info",
    Lifecycle.LIVE: "ok",
    Lifecycle.RETIRING: "watch",
    Lifecycle.RETIRED: "muted",
}
