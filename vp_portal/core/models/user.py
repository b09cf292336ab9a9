from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from vp_portal.core.history import history


class User(AbstractUser):
    """A login. The human being behind it is `services.Person`, when there is one."""

    closed_by_directory = models.BooleanField(
        _("stängt av katalogen"),
        default=False,
        editable=False,
        help_text=_("Katalogen får öppna det igen. Ett konto som en administratör har stängt öppnas bara av en sådan."),
    )

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

    def __str__(self) -> str:
        return self.get_full_name() or self.username
