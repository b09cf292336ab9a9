from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _

from vp_portal.core.history import history


class User(AbstractUser):
    """A login. The human being behind it is `services.Person`, when there is one."""

    history = history(excluded_fields=["password", "last_login"])

    class Meta(AbstractUser.Meta):
        verbose_name = _("konto")  # type: ignore[assignment]  # AbstractUser.Meta says str; lazy is right
        verbose_name_plural = _("konton")  # type: ignore[assignment]  # as above

    def __str__(self) -> str:
        return self.get_full_name() or self.username
