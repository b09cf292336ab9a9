from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models.unit import OrgUnit
from vp_portal.core.fields import CodeField, Dated, no_overlap, not_empty_range
from vp_portal.core.history import history


class Person(models.Model):
    """Someone who works in a unit. May have a login."""

    code = CodeField(_("signatur"), unique=True, help_text=_("Inte personnummer."))
    name = models.CharField(_("namn"), max_length=120)
    title = models.CharField(_("titel"), max_length=120, blank=True)
    email = models.EmailField(_("e-post"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("konto"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    fields_with_rights = ("user_id",)
    history = history()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("personer")
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name


class UnitMembership(Dated):
    """Which unit a person works in, from–to. One at a time."""

    person = models.ForeignKey(Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(OrgUnit, verbose_name=_("enhet"), on_delete=models.PROTECT, related_name="memberships")

    history = history()

    class Meta:
        verbose_name = _("placering")
        verbose_name_plural = _("placeringar")
        ordering = ["person__name", "valid"]
        constraints = [
            no_overlap(
                "services_unitmembership_one_unit_a_day", "person", message=_("Personen har redan en enhet de dagarna.")
            ),
            not_empty_range("services_unitmembership_valid_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.unit})"
