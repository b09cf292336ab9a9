"""The audit log: rows that are only ever added, each sealed in a chain of hashes when its transaction commits.

The database does the sealing and refuses changes (migration `audit_log`); `core/audit.py` writes and verifies.
"""

import secrets
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from vp_portal.core.choices import AuditEvent


class Immutable(TypeError):  # noqa: N818  # the name says what is the matter
    """The audit log is only ever added to."""


def events() -> list[tuple[str, Any]]:
    """A function, so that a new event needs no migration."""
    return AuditEvent.choices


def new_salt() -> str:
    return secrets.token_hex(16)


class AuditQuerySet(models.QuerySet):
    def update(self, **kwargs: Any) -> NoReturn:
        raise Immutable

    def delete(self) -> NoReturn:
        raise Immutable


class OnlyAdded(models.Model):
    #: What the application's role may do with the table (`core/database_roles.py`).
    database_rights: ClassVar[tuple[str, ...]] = ("SELECT", "INSERT")
    objects = AuditQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Immutable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable


class AuditEntry(OnlyAdded):
    """Who did what, when and from where. `detail` holds codes and counts: no amounts, no personal numbers.

    The columns about people are hashed with a salt of their own, so that they can be erased while the chain holds.
    """

    event = models.CharField(_("händelse"), max_length=30, choices=events)
    at = models.DateTimeField(_("tidpunkt"), db_default=Now())
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("konto"),
    )
    user_name = models.CharField(_("vem"), max_length=320, blank=True)
    address = models.GenericIPAddressField(_("adress"), null=True)
    request_id = models.CharField(_("begäran"), max_length=64, blank=True)
    target = models.CharField(_("gäller"), max_length=300, blank=True)
    target_model = models.CharField(_("register"), max_length=100, blank=True)
    target_id = models.CharField(_("nyckel"), max_length=64, blank=True)
    detail = models.JSONField(_("uppgifter"), default=dict)
    actor_salt = models.CharField(_("salt för vem"), max_length=32, default=new_salt, editable=False)
    target_salt = models.CharField(_("salt för vad"), max_length=32, default=new_salt, editable=False)

    class Meta:
        verbose_name = _("spår")
        verbose_name_plural = _("spårlogg")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["at"], name="core_auditentry_at"),
            models.Index(fields=["event", "id"], name="core_auditentry_event"),
            models.Index(fields=["user", "id"], name="core_auditentry_user_id"),
            models.Index(fields=["target_model", "target_id"], name="core_auditentry_target"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.target}".strip()


class AuditSeal(OnlyAdded):
    """An entry's place in the chain. Made by the database alone; places have no gaps."""

    database_rights: ClassVar[tuple[str, ...]] = ("SELECT",)

    position = models.BigIntegerField(_("plats i kedjan"), primary_key=True)
    entry = models.OneToOneField(
        AuditEntry, models.DO_NOTHING, db_constraint=False, related_name="seal", verbose_name=_("spår")
    )
    actor = models.BinaryField(_("hash av vem"))
    target = models.BinaryField(_("hash av vad"))
    previous = models.BinaryField(_("föregående hash"))
    hash = models.BinaryField(_("hash"))

    class Meta:
        verbose_name = _("sigill")
        verbose_name_plural = _("sigill")
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.position)
