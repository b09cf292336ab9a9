from typing import Any

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _

from vp_portal.core.history import history


class User(AbstractUser):
    """A login. The human being behind it is `services.Person`, when there is one."""

    history = history(excluded_fields=["password", "last_login"])

    class Meta(AbstractUser.Meta):
        verbose_name = _("konto")  # type: ignore[assignment]  # AbstractUser.Meta says str; lazy is right
        verbose_name_plural = _("konton")  # type: ignore[assignment]  # as above

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
