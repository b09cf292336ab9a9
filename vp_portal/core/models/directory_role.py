from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import Role
from vp_portal.core.history import history


class DirectoryRoleQuerySet(models.QuerySet["DirectoryRole"]):
    def for_groups(self, groups: Iterable[str]) -> "DirectoryRoleQuerySet":
        """The rows that a person with these groups is covered by."""
        return self.filter(group__in=list(groups))


class DirectoryRole(models.Model):
    """What a group of the university's directory means here. Who is in none of the groups may not sign in with it."""

    group = models.CharField(
        _("grupp i katalogen"),
        max_length=200,
        help_text=_("Exakt som identitetsleverantören skriver den, till exempel vp-controllers."),
    )
    role = models.CharField(
        _("roll"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=_("Tomt: får logga in, med de rättigheter som följer av registren (chefer och ägare)."),
    )

    objects = DirectoryRoleQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("grupp ur katalogen")
        verbose_name_plural = _("grupper ur katalogen")
        ordering = ["group", "role"]
        constraints = [
            models.UniqueConstraint(
                name="core_directoryrole_once",
                fields=["group", "role"],
                violation_error_message=_("Gruppen ger redan den rollen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} → {self.get_role_display() or _('får logga in')}"
