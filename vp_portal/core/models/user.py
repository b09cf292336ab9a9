from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.access import looks_back
from vp_portal.core.history import history


class AccountManager(UserManager["User"]):
    """Makes accounts without the flag that lets into Django's admin: a role does."""

    use_in_migrations = False

    def _create_user_object(self, *args: Any, **fields: Any) -> "User":
        fields.pop("is_staff", None)
        return super()._create_user_object(*args, **fields)  # type: ignore[misc]  # Django's own hook


class User(AbstractUser):
    """A login. The human being behind it is `services.Person`, when there is one.

    Rights come from dated roles (`RoleGrant`) and nowhere else; a superuser is the break-glass account.
    """

    # Django's way to leave out inherited columns.
    is_staff = None
    groups = None  # type: ignore[assignment]  # the inherited type
    user_permissions = None  # type: ignore[assignment]  # as above

    closed_by_directory = models.BooleanField(
        _("stängt av katalogen"),
        default=False,
        editable=False,
        help_text=_("Katalogen får öppna det igen. Det som en administratör har stängt öppnar bara en sådan."),
    )

    objects: ClassVar = AccountManager()
    history = history(excluded_fields=["password", "last_login"])

    class Meta(AbstractUser.Meta):
        verbose_name = _("konto")  # type: ignore[assignment]  # AbstractUser.Meta says str; lazy is right
        verbose_name_plural = _("konton")  # type: ignore[assignment]  # as above
        constraints = [
            models.CheckConstraint(
                name="core_user_closed_by_directory",
                condition=models.Q(is_active=False) | models.Q(closed_by_directory=False),
                violation_error_message=_("Ett öppet konto kan inte vara stängt av katalogen."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A sign-in is no change of the account: it leaves no history."""
        if set(kwargs.get("update_fields") or ()) != {"last_login"}:
            return super().save(*args, **kwargs)
        self.skip_history_when_saving = True
        try:
            return super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """While looking back nobody may do anything but see, whatever their rights."""
        if looks_back(self) and not perm.partition(".")[2].startswith("view_"):
            return False
        return super().has_perm(perm, obj)

    def __str__(self) -> str:
        return self.get_full_name() or self.username
