"""What sign-in keeps: sessions with their device, and attempts that failed."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInSession(models.Model):
    """Where and with what someone is signed in. Goes with the session it describes."""

    session = models.OneToOneField(
        Session, verbose_name=_("pågående session"), on_delete=models.CASCADE, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("konto"), on_delete=models.CASCADE, related_name="+"
    )
    address = models.GenericIPAddressField(_("adress"), null=True)
    device = models.CharField(_("webbläsare"), max_length=200, blank=True)
    started = models.DateTimeField(_("inloggad"))
    seen = models.DateTimeField(_("senast använd"))

    class Meta:
        verbose_name = _("inloggning")
        verbose_name_plural = _("inloggningar")
        ordering = ["-seen"]

    def __str__(self) -> str:
        return f"{self.device} ({self.address})"


class SignInAttempt(models.Model):
    """A failed attempt, by a keyed hash of what it is counted on: nothing that names an account or an address."""

    key = models.CharField(_("nyckel"), max_length=64)
    at = models.DateTimeField(_("tidpunkt"))

    class Meta:
        verbose_name = _("misslyckat försök")
        verbose_name_plural = _("misslyckade försök")
        indexes = [models.Index(name="core_signinattempt_key_at", fields=["key", "at"])]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.at:%Y-%m-%d %H:%M}"
