from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import GrantOrigin, Role
from vp_portal.core.fields import Dated, ValidQuerySet, no_overlap, not_empty_range
from vp_portal.core.history import history
from vp_portal.core.models.user import User


class RoleGrant(Dated):
    """A role that an account holds from–to. The only way to one: `core.roles` gives and takes."""

    user = models.ForeignKey(User, verbose_name=_("konto"), on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("roll"), max_length=20, choices=Role)
    origin = models.CharField(
        _("ges av"), max_length=20, choices=GrantOrigin, default=GrantOrigin.MANUAL, editable=False
    )
    reason = models.TextField(_("skäl"), blank=True, max_length=500)

    objects: ClassVar = ValidQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("tilldelad roll")
        verbose_name_plural = _("tilldelade roller")
        ordering = ["user__username", "role", "valid"]
        constraints = [
            no_overlap("core_rolegrant_once_a_day", "user", "role", message=_("Kontot har redan rollen de dagarna.")),
            not_empty_range("core_rolegrant_valid_not_empty"),
            models.CheckConstraint(
                name="core_rolegrant_known_role",
                condition=models.Q(role__in=Role.values),
                violation_error_message=_("Det finns ingen sådan roll."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user}"
